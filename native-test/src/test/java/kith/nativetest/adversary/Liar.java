package kith.nativetest.adversary;

import java.nio.ByteBuffer;
import kith.peer.Link;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/** Flips a bit in all that it returns of a shard. */
final class Liar extends Adversary {

  Liar(RequestHandler honest) {
    super(honest);
  }

  @Override
  public Reply handle(Request request, Link from) {
    Reply reply = honestly(request, from);
    if (!(reply instanceof Reply.Blocks blocks)) {
      return reply;
    }
    ByteBuffer lie = ByteBuffer.allocate(blocks.payload().remaining());
    lie.put(blocks.payload().duplicate()).flip();
    int place = lie.remaining() / 2;
    lie.put(place, (byte) (lie.get(place) ^ 1));
    return new Reply.Blocks(lie);
  }
}
