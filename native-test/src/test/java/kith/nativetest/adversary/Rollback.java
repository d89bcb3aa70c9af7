package kith.nativetest.adversary;

import kith.peer.Link;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/** Shows the oldest head that it has. */
final class Rollback extends Adversary {
  Rollback(RequestHandler honest) {
    super(honest);
  }

  @Override
  public Reply handle(Request request, Link from) {
    if (request instanceof Request.HeadGet
        && honestly(request, from) instanceof Reply.HeadFound all) {
      return honestly(new Request.HeadGet(Math.max(0, all.kept() - 1)), from);
    }
    return honestly(request, from);
  }
}
