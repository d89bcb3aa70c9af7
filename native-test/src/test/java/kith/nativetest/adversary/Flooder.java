package kith.nativetest.adversary;

import java.time.Duration;
import kith.peer.Link;
import kith.peer.Protocol;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/** Asks a hundred times back whenever it is asked. */
final class Flooder extends Adversary {
  private static final int TIMES = 100;

  Flooder(RequestHandler honest) {
    super(honest);
  }

  @Override
  public Reply handle(Request request, Link from) {
    if (!(request instanceof Request.Ping)) {
      for (int i = 0; i < TIMES; i++) {
        Request asked =
            i % 2 == 0 ? new Request.Ping(i) : new Request.ListShards(null, Protocol.MAX_LISTED);
        var unused = from.send(asked, Duration.ofSeconds(10));
      }
    }
    return honestly(request, from);
  }
}
