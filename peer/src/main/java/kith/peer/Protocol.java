package kith.peer;

import kith.codec.ShardLayout;
import kith.index.HoldingStore;
import kith.peer.conduct.AuditDraw;

/**
 * The numbers of the protocol that both sides must agree on, and the bounds that each side checks
 * before it allocates anything. Described in docs/protocol.md.
 */
public final class Protocol {
  /** Of this node. */
  public static final int VERSION = 1;

  /** Most bytes in the raw part of a message. */
  static final int MAX_PAYLOAD = 2 << 20;

  /** Most bytes in the control part of a message. */
  static final int MAX_CONTROL = Fields.MAX_BYTES;

  /** Most raw bytes that PutBlocks sends or Get asks for at once. */
  public static final int PUT_BYTES = 1 << 20;

  /** Most raw bytes in answer to one Probe. */
  public static final int PROBE_BYTES = 256 << 10;

  /** Most entries in one listing. */
  public static final int MAX_LISTED = 1000;

  /** Most requests of one side that wait for their replies on one link. */
  static final int MAX_IN_FLIGHT = 64;

  /** Most records of nodes in one reply. */
  public static final int MAX_RECORDS = 32;

  /** Most pairs of owner and holder in one page of receipts and claims. */
  static final int MAX_RECEIPTS = 16;

  /** Most bytes of a sealed descriptor. */
  static final int MAX_DESCRIPTOR = HoldingStore.MAX_DESCRIPTOR;

  /** Most blocks in one Get. */
  public static final int GET_BLOCKS = 16;

  /** Most bytes of one sealed shard. */
  static final long MAX_SEALED_LENGTH = 64L << 20;

  /** Most heads that a holder keeps and returns. */
  static final int MAX_HEADS = HoldingStore.MOST_HEADS;

  /** Most shards that a holder admits at once to have lost. */
  static final int MAX_LOST = 64;

  /** Most bytes of the proofs of one audit. */
  static final int MAX_AUDITED = AuditDraw.MAX_BLOCKS * ShardLayout.SEALED_BLOCK;

  private Protocol() {}
}
