package kith.peer;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all links of a node share on their receiving side.
 *
 * @param workers may block on the disk
 * @param bandwidth of all links together
 * @param joiner goes to a relay that has called
 */
record LinkDuties(
    RequestHandler handler, Executor workers, Bandwidth bandwidth, Consumer<Circuit> joiner) {
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

  /** A relay has called, and the handler wants to come. */
  void called(Request.RelayCall call, OwnerId relay) {
    Optional<Contact> where = handler.contact(relay);
    where.ifPresent(
        contact -> joiner.accept(new Circuit(contact, call.ticket(), call.other(), false)));
  }
}
