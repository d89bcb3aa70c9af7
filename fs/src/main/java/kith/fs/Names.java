package kith.fs;

import java.util.Optional;

/** Names of users and groups on this machine. Safe for many threads. */
public interface Names {
  /** Knows no names. */
  Names NONE =
      new Names() {
        @Override
        public Optional<String> user(int uid) {
          return Optional.empty();
        }

        @Override
        public Optional<String> group(int gid) {
          return Optional.empty();
        }
      };

  /** Name of the user with this number. */
  Optional<String> user(int uid);

  /** Name of the group with this number. */
  Optional<String> group(int gid);
}
