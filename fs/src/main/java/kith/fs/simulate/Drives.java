package kith.fs.simulate;

import java.util.Arrays;
import kith.codec.CodeParameters;

/**
 * Each node's drive: its packs are in {@link #GROUPS} groups of equal size, each of which lies at
 * one set of holders, as its owner knows it. For one thread.
 */
final class Drives {
  /** Groups of packs of one drive. */
  static final int GROUPS = 16;

  /** Shards of a pack at most. */
  static final int WIDTH = 20;

  /** No pair: the shard has no holder. */
  static final int NOBODY = -1;

  private final long bytes;
  private byte[] data = new byte[0];
  private byte[] parity = new byte[0];
  private int[] holders = new int[0];
  private short[] local = new short[0];
  private short[] whole = new short[0];

  /**
   * @param bytes of content of each drive
   */
  Drives(long bytes) {
    this.bytes = bytes;
  }

  void add(int node) {
    if (node >= data.length) {
      int size = Math.max(64, 2 * node);
      data = Arrays.copyOf(data, size);
      parity = Arrays.copyOf(parity, size);
      int before = holders.length;
      holders = Arrays.copyOf(holders, size * GROUPS * WIDTH);
      Arrays.fill(holders, before, holders.length, NOBODY);
      local = Arrays.copyOf(local, size);
      whole = Arrays.copyOf(whole, size);
    }
    local[node] = -1;
  }

  /** Whether the drive is coded. */
  boolean isCoded(int node) {
    return data[node] > 0;
  }

  int m(int node) {
    return data[node];
  }

  int k(int node) {
    return parity[node];
  }

  int n(int node) {
    return data[node] + parity[node];
  }

  CodeParameters code(int node) {
    return CodeParameters.of(data[node], parity[node]);
  }

  void setCode(int node, CodeParameters code) {
    if (code.n() > WIDTH) {
      throw new IllegalStateException("a code of " + code);
    }
    data[node] = (byte) code.m();
    parity[node] = (byte) code.k();
  }

  /** Bytes of one shard of a group. */
  long shardBytes(int node) {
    return bytes / GROUPS / Math.max(1, data[node]);
  }

  long groupBytes() {
    return bytes / GROUPS;
  }

  /** The pair whose other side holds the shard, or {@link #NOBODY}. */
  int holder(int node, int group, int index) {
    return holders[(node * GROUPS + group) * WIDTH + index];
  }

  void setHolder(int node, int group, int index, int pair) {
    holders[(node * GROUPS + group) * WIDTH + index] = pair;
  }

  /** Whether the owner's machine has the group's packs. */
  boolean isLocal(int node, int group) {
    return (local[node] & 1 << group) != 0;
  }

  void setLocal(int node, int group, boolean here) {
    local[node] = (short) (here ? local[node] | 1 << group : local[node] & ~(1 << group));
  }

  /** Whether all shards of the group have been placed once: what is lost before is no loss. */
  boolean wasWhole(int node, int group) {
    return (whole[node] & 1 << group) != 0;
  }

  void setWhole(int node, int group, boolean placed) {
    whole[node] = (short) (placed ? whole[node] | 1 << group : whole[node] & ~(1 << group));
  }

  /** A number that stands for the group's packs where holders are drawn. */
  static long pack(int node, int group) {
    return ((long) node * GROUPS + group) * 0x9e3779b97f4a7c15L;
  }
}
