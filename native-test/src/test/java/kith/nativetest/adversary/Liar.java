package kith.nativetest.adversary;

import java.nio.ByteBuffer;
import kith.peer.Link;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/** Flips a bit in all that it returns of a shard, and in what proves that it has one. */
final class Liar extends Adversary {

  Liar(RequestHandler honest) {
    super(honest);
  }

  @Override
  public Reply handle(Request request, Link from) {
    Reply reply = honestly(request, from);
    if (reply instanceof Reply.AuditProof proof) {
      return new Reply.AuditProof(proof.lost(), flipped(proof.payload()));
    }
    return reply instanceof Reply.Blocks blocks
        ? new Reply.Blocks(flipped(blocks.payload()))
        : reply;
  }

  private static ByteBuffer flipped(ByteBuffer bytes) {
    ByteBuffer lie = ByteBuffer.allocate(bytes.remaining());
    lie.put(bytes.duplicate()).flip();
    if (lie.hasRemaining()) {
      int place = lie.remaining() / 2;
      lie.put(place, (byte) (lie.get(place) ^ 1));
    }
    return lie;
  }
}
