package kith.nativetest.adversary;

import java.time.Duration;
import kith.peer.FailureKind;
import kith.peer.Link;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/** Takes what it is given, and lets nobody read. */
final class Refuser extends Adversary {

  Refuser(RequestHandler honest) {
    super(honest);
  }

  @Override
  public Reply handle(Request request, Link from) {
    return switch (request.kind()) {
      case GET, LIST_SHARDS, HEAD_GET, LEDGER_GET ->
          new Reply.Failure(FailureKind.NOT_PERMITTED, "not today", Duration.ZERO);
      default -> honestly(request, from);
    };
  }
}
