package kith.nativetest.adversary;

import java.nio.ByteBuffer;
import kith.peer.Link;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/**
 * Signs for what it is given, and keeps none of it: what it returns, and proves in audits, are
 * zeros.
 */
final class Hollow extends Adversary {

  Hollow(RequestHandler honest) {
    super(honest);
  }

  @Override
  public Reply handle(Request request, Link from) {
    Reply reply = honestly(request, from);
    ByteBuffer zeros = ByteBuffer.allocate(reply.payload().remaining());
    if (reply instanceof Reply.Blocks) {
      return new Reply.Blocks(zeros);
    }
    return reply instanceof Reply.AuditProof proof
        ? new Reply.AuditProof(proof.lost(), zeros)
        : reply;
  }
}
