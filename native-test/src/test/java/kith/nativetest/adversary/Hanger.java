package kith.nativetest.adversary;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kith.peer.Link;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/** Takes what it is given, and never answers who wants to read or audits. */
final class Hanger extends Adversary {
  /** By then nobody waits any more, and its own threads must end some time. */
  private static final int MINUTES = 2;

  private final CountDownLatch never = new CountDownLatch(1);

  Hanger(RequestHandler honest) {
    super(honest);
  }

  @Override
  public Reply handle(Request request, Link from) {
    boolean asks = request instanceof Request.Get || request instanceof Request.HeadGet;
    if (asks || request instanceof Request.AuditReveal) {
      try {
        if (never.await(MINUTES, TimeUnit.MINUTES)) {
          throw new AssertionError("nobody lets it go");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return honestly(request, from);
  }
}
