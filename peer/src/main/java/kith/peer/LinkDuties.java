package kith.peer;

import java.time.Duration;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all links of a node share on their receiving side.
 *
 * @param workers may block on the disk
 * @param bandwidth of all links together
 */
record LinkDuties(RequestHandler handler, Executor workers, Bandwidth bandwidth) {
  private static final Logger LOG = LoggerFactory.getLogger(LinkDuties.class);

  /** Asks the handler; its bugs become failures of the request alone. */
  Reply handle(Request request, Link from) {
    try {
      return handler.handle(request, from);
    } catch (RuntimeException e) {
      LOG.error("handling {} from {} failed", request.kind(), from.peer(), e);
      return new Reply.Failure(FailureKind.SICK, "an error inside the other node", Duration.ZERO);
    }
  }
}
