package kith.peer;

import java.util.Optional;
import kith.codec.OwnerId;

/** Knows where nodes are: the partner book, or what a kit and a head say. */
@FunctionalInterface
public interface Contacts {
  /** Where that owner's node may be; empty for a stranger. */
  Optional<Contact> contact(OwnerId owner);
}
