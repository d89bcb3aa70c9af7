package kith.nativetest.adversary;

import java.nio.ByteBuffer;
import kith.peer.Link;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/** Signs for what it is given, and keeps none of it: what it returns are zeros. */
final class Hollow extends Adversary {

  Hollow(RequestHandler honest) {
    super(honest);
  }

  @Override
  public Reply handle(Request request, Link from) {
    Reply reply = honestly(request, from);
    return reply instanceof Reply.Blocks blocks
        ? new Reply.Blocks(ByteBuffer.allocate(blocks.payload().remaining()))
        : reply;
  }
}
