package kith.fs;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.PackEntry;
import kith.codec.PackFooter;
import kith.codec.PackId;
import kith.codec.PackReader;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;

/**
 * Takes up packs that are on the disk without a row: a crash came between the two. Their chunks are
 * in staging too, and will be found in these packs instead of being packed again. Used once, before
 * anything is written.
 */
public final class PackWriterAdoption {
  private final PackStore store;
  private final Rows rows;
  private final DriveKeys keys;
  private final InstantSource clock;
  private final Events events;

  /**
   * @param keys open footers
   */
  public PackWriterAdoption(
      PackStore store, Rows rows, DriveKeys keys, InstantSource clock, Events events) {
    this.store = store;
    this.rows = rows;
    this.keys = keys;
    this.clock = clock;
    this.events = events;
  }

  /**
   * Adopts every pack that has no row. One that is damaged becomes an event, and is removed.
   *
   * @return how many were adopted
   */
  public int run() throws IOException {
    long sequence = PackRows.lastSequence(rows);
    int adopted = 0;
    for (PackId id : store.list()) {
      if (PackRows.pack(rows, id).isEmpty() && adopt(id, sequence + 1)) {
        sequence++;
        adopted++;
      }
    }
    return adopted;
  }

  private boolean adopt(PackId id, long sequence) throws IOException {
    byte[] pack = store.readAll(id);
    try {
      PackFooter footer = PackReader.open(pack, keys);
      if (!footer.id().equals(id)) {
        throw new CorruptDataException("it calls itself " + footer.id());
      }
      rows.apply(update(footer, pack.length, sequence));
      return true;
    } catch (CorruptDataException e) {
      // No row ever named it, so all that it was made of is staged still.
      store.delete(id);
      events.event(
          "pack-damaged",
          "pack " + id + " was damaged before it was entered, and is removed: " + e.getMessage());
      return false;
    }
  }

  private Update update(PackFooter footer, int length, long sequence) throws IOException {
    Update update = new Update();
    long rawBytes = 0;
    for (PackEntry entry : footer.entries()) {
      rawBytes += entry.rawLength();
      if (PackRows.liveChunk(rows, footer.kind(), entry.id()).isEmpty()) {
        ChunkRow chunk =
            new ChunkRow(footer.id(), entry.offset(), entry.length(), entry.rawLength());
        update.put(Table.CHUNKS, ChunkRow.key(entry.id()), chunk.encode());
      }
    }
    PackRow row =
        new PackRow(
            footer.kind(),
            PackState.SEALED,
            length,
            footer.entries().size(),
            rawBytes,
            sequence,
            clock.millis(),
            footer.headGeneration(),
            Optional.empty(),
            0,
            false);
    return update.put(Table.PACKS, PackRow.key(footer.id()), row.encode());
  }
}
