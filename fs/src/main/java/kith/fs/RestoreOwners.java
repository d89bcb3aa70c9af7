package kith.fs;

import java.util.OptionalInt;

/** Which numbers users and groups have on this machine. Safe for many threads. */
public interface RestoreOwners {
  /** Number of the user of that name; empty if there is none. */
  OptionalInt user(String name);

  /** Number of the group of that name; empty if there is none. */
  OptionalInt group(String name);
}
