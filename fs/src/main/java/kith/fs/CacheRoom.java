package kith.fs;

import java.io.IOException;
import kith.index.DiskSpace;
import kith.index.PackStore;
import kith.index.Staging;

/**
 * How much room there is for packs and staging. What is staged needs room a second time, for the
 * packs that it becomes, before its own is given back. Safe for many threads.
 */
final class CacheRoom {
  /** Eviction begins this much before writers have to wait: at most, in bytes. */
  private static final long EASE = 1L << 30;

  private static final int EASE_SHARE = 8;
  private static final int PADDING_SHARE = 8;

  private final CacheSettings settings;
  private final PackStore packs;
  private final Staging staging;
  private final StagingUse use;

  CacheRoom(CacheSettings settings, PackStore packs, Staging staging, StagingUse use) {
    this.settings = settings;
    this.packs = packs;
    this.staging = staging;
    this.use = use;
  }

  /** Bytes that packs and staging take. */
  long used() {
    return packs.bytes() + staging.bytes();
  }

  /** Bytes that they will take while what is staged is packed. */
  long claimed() {
    return used() + unpacked();
  }

  /** Bytes of the packs that what is staged may become, with their padding. */
  private long unpacked() {
    long staged = use.total();
    return staged + staged / PADDING_SHARE;
  }

  /** Whether a write may be taken: everything would still fit while it is packed. */
  boolean admits(long length) throws IOException {
    return withinBudget(length) && length <= (disk().free() - unpacked() - settings.reserve()) / 2;
  }

  private boolean withinBudget(long length) {
    return length <= (settings.budget() - claimed()) / 2;
  }

  /** Whether rows may grow: part of the reserve is for what frees space. */
  boolean admitsRows() throws IOException {
    return disk().free() >= settings.reserve() / 2;
  }

  /** Bytes that should be given back, so that writers need not wait soon. */
  long excess() throws IOException {
    long budget = settings.budget();
    long overBudget = claimed() - (budget - ease(budget));
    long reserve = settings.reserve();
    long underReserve = reserve + ease(reserve) - (disk().free() - unpacked());
    return Math.max(0, Math.max(overBudget, underReserve));
  }

  private static long ease(long of) {
    return Math.min(EASE, of / EASE_SHARE);
  }

  /** Why a write of so many bytes would have to wait; empty if it wouldn't. */
  String shortage(long length) throws IOException {
    if (admits(length)) {
      return "";
    }
    return withinBudget(length)
        ? "this machine's disk is full but for its reserve"
        : "the cache is full";
  }

  CacheSettings settings() {
    return settings;
  }

  private DiskSpace disk() {
    return settings.disk();
  }
}
