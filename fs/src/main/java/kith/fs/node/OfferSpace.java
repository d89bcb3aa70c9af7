package kith.fs.node;

import java.io.IOException;
import java.util.OptionalLong;
import java.util.function.Supplier;
import kith.codec.OwnerId;
import kith.index.HoldingStore;
import kith.peer.HolderService;
import kith.peer.OfferDesk;
import kith.peer.choice.Capacity;

/**
 * What this node may still promise to keep for others without asking a person: no more than its
 * uplink gives back, its disk has room for, and its owner has set aside. Safe for many threads.
 */
final class OfferSpace implements OfferDesk.Room {
  private final NodeConfig config;
  private final Outlook outlook;
  private final Supplier<Capacity> capacity;
  private final HoldingStore holdings;
  private final HolderService.Room disk;

  /**
   * @param disk what is free for partners there
   */
  OfferSpace(
      NodeConfig config,
      Outlook outlook,
      Supplier<Capacity> capacity,
      HoldingStore holdings,
      HolderService.Room disk) {
    this.config = config;
    this.outlook = outlook;
    this.capacity = capacity;
    this.holdings = holdings;
    this.disk = disk;
  }

  @Override
  public long bytesFor(OwnerId other) throws IOException {
    return left(outlook.promises().bytesBut(other));
  }

  @Override
  public int gone() {
    return outlook.gone();
  }

  private long left(long promised) throws IOException {
    long most = onDisk();
    OptionalLong back = capacity.get().bytes();
    if (back.isPresent()) {
      most = Math.min(most, back.getAsLong());
    }
    ByteSize offered = config.finding().offered();
    if (offered != null) {
      most = Math.min(most, offered.bytes());
    }
    return Math.max(0, most - promised);
  }

  /** With what is kept there already. */
  private long onDisk() throws IOException {
    long bytes = disk.bytes();
    for (OwnerId owner : holdings.owners()) {
      bytes += holdings.usedBytes(owner);
    }
    return bytes;
  }

  /**
   * Bytes for the next partner, so that something is left for those who come after him.
   *
   * @param wanted partners in all
   */
  long share(int wanted) throws IOException {
    int still = Math.max(2, wanted - outlook.present().size());
    return Math.min(most(), left(outlook.promises().bytes()) / still);
  }

  /** Bytes that are kept for one partner at most, without asking a person. */
  long most() {
    ByteSize one = config.negotiation().mostSpace();
    return (one == null ? config.spacePerPartner() : one).bytes();
  }
}
