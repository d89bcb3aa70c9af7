package kith.fs;

import java.io.IOException;

/** How far a sealed pack has come. The number is stored. */
enum PackState {
  /** On the local disk; not yet erasure-coded, no holders chosen. */
  SEALED(1),
  /** Coded, holders chosen; some shards are not acknowledged. */
  SHIPPING(2),
  /** Every shard is acknowledged by its holder. */
  PLACED(3),
  /** Neither here nor with m holders: cannot be had any more. */
  LOST(4),
  /** Nothing refers to it any more; its space is being freed. */
  DROPPED(5);

  private final int tag;

  PackState(int tag) {
    this.tag = tag;
  }

  int tag() {
    return tag;
  }

  /** Whether chunks in such a pack may be referred to by new content. */
  boolean live() {
    return this == SEALED || this == SHIPPING || this == PLACED;
  }

  static PackState of(int tag) throws IOException {
    for (PackState state : values()) {
      if (state.tag == tag) {
        return state;
      }
    }
    throw new IOException("pack state " + tag + " is unknown to this version");
  }
}
