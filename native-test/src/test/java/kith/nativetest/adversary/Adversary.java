package kith.nativetest.adversary;

import java.util.Optional;
import kith.codec.OwnerId;
import kith.peer.Contact;
import kith.peer.Link;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/**
 * A holder that keeps its word but for one thing, which a subclass does in its way. Everything else
 * of its node is real, but that it is nobody's relay. Safe for any number of threads.
 */
public abstract class Adversary implements RequestHandler {
  /** What there is; a new one stands here and is then part of every soak. */
  public enum Kind {
    HOLLOW,
    LIAR,
    ROLLBACK,
    REFUSER,
    HANGER,
    FLOODER,
    DROPPER;

    /** One that keeps its word through {@code honest}. */
    public RequestHandler around(RequestHandler honest) {
      return switch (this) {
        case HOLLOW -> new Hollow(honest);
        case LIAR -> new Liar(honest);
        case ROLLBACK -> new Rollback(honest);
        case REFUSER -> new Refuser(honest);
        case HANGER -> new Hanger(honest);
        case FLOODER -> new Flooder(honest);
        case DROPPER -> new Dropper(honest);
      };
    }
  }

  private final RequestHandler honest;

  Adversary(RequestHandler honest) {
    this.honest = honest;
  }

  /** As a holder answers that keeps its word. */
  final Reply honestly(Request request, Link from) {
    return honest.handle(request, from);
  }

  @Override
  public boolean knows(OwnerId owner) {
    return honest.knows(owner);
  }

  @Override
  public void opened(Link link) {
    honest.opened(link);
  }

  @Override
  public void closed(Link link) {
    honest.closed(link);
  }

  @Override
  public Optional<Contact> contact(OwnerId relay) {
    return honest.contact(relay);
  }
}
