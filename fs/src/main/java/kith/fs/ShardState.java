package kith.fs;

import java.io.IOException;

/** What is known of a shard at its holder. The number is stored. */
enum ShardState {
  /** To be sent to its holder. */
  PENDING(1),
  /** Acknowledged by its holder after the holder's own fsync. */
  PLACED(2),
  /** Acknowledged once, but not as it was when the holder was asked: to be sent again. */
  SUSPECT(3),
  /** Gone from its holder: to be made again. */
  LOST(4);

  private final int tag;

  ShardState(int tag) {
    this.tag = tag;
  }

  int tag() {
    return tag;
  }

  static ShardState of(int tag) throws IOException {
    for (ShardState state : values()) {
      if (state.tag == tag) {
        return state;
      }
    }
    throw new IOException("shard state " + tag + " is unknown to this version");
  }
}
