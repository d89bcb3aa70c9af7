package kith.fs;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.OwnerId;
import kith.codec.PackFooter;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.PackReader;
import kith.index.PackStore;
import kith.index.RowView;
import kith.peer.ReadPurpose;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Heals packs of this machine: looks whether they are there and whole, makes those that are not
 * again from any m shards at the partners, and gives up those that are nowhere else. One pack at a
 * tick. For one thread, but for {@link #sound} and {@link #anywhere}.
 */
final class PackHealer {
  private static final Logger log = LoggerFactory.getLogger(PackHealer.class);

  /** How long between two attempts at packs whose partners are away. */
  private static final Duration AGAIN = Duration.ofMinutes(1);

  private final Parts parts;
  private final PackScrub scrub;
  private long notBefore = Long.MIN_VALUE;

  /**
   * What a healer works with.
   *
   * @param keys open footers
   * @param loss gives up what is nowhere
   * @param shipper is told of packs that can be shipped again
   */
  record Parts(
      RowView rows,
      PackStore store,
      DriveKeys keys,
      PlacementPolicy policy,
      Fetcher fetcher,
      PackDamage damage,
      PackLoss loss,
      Shipper shipper,
      InstantSource clock) {}

  PackHealer(Parts parts) {
    this.parts = parts;
    this.scrub = new PackScrub(parts.clock);
  }

  /** Heals a pack or looks at some; returns 1 if there may be more to do at once. */
  int tick() throws IOException, KithException {
    parts.shipper.unfit().forEach(parts.damage::add);
    Optional<PackId> next = parts.damage.next();
    if (next.isPresent() && parts.clock.millis() >= notBefore) {
      return heal(next.get()) ? 1 : 0;
    }
    return scrub.tick(parts.rows, this::look, this::check);
  }

  /** Looks at the file of a pack without reading it. */
  private void look(PackId id, PackRow row) throws IOException {
    try {
      long length = parts.store.length(id);
      if (length != row.length()) {
        parts.damage.found(id, "it has " + length + " bytes instead of " + row.length());
      }
    } catch (NoSuchFileException e) {
      if (staysHere(row)) {
        parts.damage.found(id, "its file is missing");
      }
    }
  }

  /** Reads the file of a pack. */
  private void check(PackId id, PackRow row) throws IOException {
    try {
      local(id);
    } catch (NoSuchFileException e) {
      look(id, row);
    } catch (IOException | CorruptDataException e) {
      parts.damage.found(id, String.valueOf(e.getMessage()));
    }
  }

  /** Whether a pack must be on this machine; the others may have made room for new ones. */
  private boolean staysHere(PackRow row) {
    return row.kind() != PackKind.DATA || !row.safe(parts.policy);
  }

  private boolean heal(PackId id) throws IOException, KithException {
    Optional<PackRow> row = PackRows.live(parts.rows, id);
    if (row.isEmpty()) {
      return parts.loss.salvage(id, parts.damage);
    }
    try {
      local(id);
      // Nothing is wrong with it: who found it damaged had a wrong reference.
      parts.damage.dismiss(id);
      return true;
    } catch (IOException | CorruptDataException e) {
      log.debug("pack {} is to be healed", id, e);
    }
    int there = PackRows.perhapsThere(parts.rows, id, row.get());
    if (!row.get().code().map(code -> there >= code.m()).orElse(false)) {
      return parts.loss.giveUp(id);
    }
    try {
      sound(id);
      return true;
    } catch (NotEnoughShardsException e) {
      log.debug("pack {} will be healed when its partners are back", id, e);
      parts.damage.later(id);
      notBefore = parts.clock.millis() + AGAIN.toMillis();
      return false;
    }
  }

  /**
   * All bytes of a pack as they were sealed: from its file, or from partners, and then the file is
   * healed.
   *
   * @throws NotEnoughShardsException if it is damaged and too few partners answer now
   */
  byte[] sound(PackId id) throws IOException, KithException {
    return sound(id, ReadPurpose.COURTESY);
  }

  /** As {@link #sound(PackId)}, for a purpose. */
  byte[] sound(PackId id, ReadPurpose purpose) throws IOException, KithException {
    try {
      return local(id);
    } catch (NoSuchFileException e) {
      log.debug("pack {} is read from partners", id);
    } catch (IOException | CorruptDataException e) {
      parts.damage.found(id, String.valueOf(e.getMessage()));
    }
    byte[] pack = fromPartners(id, purpose);
    parts.store.replace(id, pack);
    parts.damage.healed(id);
    log.info("pack {} was made again from its shards", id);
    parts.shipper.rescan();
    return pack;
  }

  /**
   * As {@link #sound}, but nothing comes to this machine to stay: for packs that have made room.
   *
   * @throws NotEnoughShardsException if it is not whole here and too few partners answer now
   */
  byte[] anywhere(PackId id, ReadPurpose purpose) throws IOException, KithException {
    try {
      return local(id);
    } catch (NoSuchFileException e) {
      log.debug("pack {} is read from partners", id);
    } catch (IOException | CorruptDataException e) {
      parts.damage.found(id, String.valueOf(e.getMessage()));
    }
    return fromPartners(id, purpose);
  }

  private byte[] local(PackId id) throws IOException, CorruptDataException {
    return checked(id, parts.store.readAll(id));
  }

  private byte[] checked(PackId id, byte[] pack) throws CorruptDataException {
    PackFooter footer = PackReader.open(pack, parts.keys);
    if (!footer.id().equals(id)) {
      throw new CorruptDataException("the file of pack " + id + " is pack " + footer.id());
    }
    return pack;
  }

  private byte[] fromPartners(PackId id, ReadPurpose purpose) throws IOException, KithException {
    PackPlacement placement =
        new PlacementRows(parts.rows)
            .placement(id)
            .orElseThrow(() -> new NotEnoughShardsException("pack " + id + " is at no partner"));
    return checked(id, parts.fetcher.readWhole(sure(placement), purpose));
  }

  /** Nobody is asked for what he was found not to have, if the others are enough. */
  private PackPlacement sure(PackPlacement placement) throws IOException {
    List<Optional<OwnerId>> holders =
        PackRows.shards(parts.rows, placement.pack(), placement.code()).stream()
            .map(
                shard ->
                    Optional.of(shard.holder())
                        .filter(holder -> shard.state() == ShardState.PLACED))
            .toList();
    long count = holders.stream().filter(Optional::isPresent).count();
    return count < placement.code().m()
        ? placement
        : new PackPlacement(
            placement.pack(), placement.kind(), placement.packLength(), placement.code(), holders);
  }
}
