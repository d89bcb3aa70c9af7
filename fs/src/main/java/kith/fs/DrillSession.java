package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import kith.codec.ChunkCodec;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.PackEncoder;
import kith.codec.PackKind;
import kith.codec.PartnerUnavailableException;
import kith.index.RowView;
import kith.peer.ReadPurpose;

/**
 * The drive as a new machine would see it: head, placements, tree and bytes from the partners
 * alone. What comes back of a file is compared with the keys of its chunks in the live tree's rows,
 * each the HMAC of the bytes that were written (docs/decisions/043). For one thread.
 */
final class DrillSession implements AutoCloseable {
  private static final long CHUNK_CACHE = 16L << 20;
  private static final long PAGE_CACHE = 8L << 20;
  private static final int RECORDS = 1000;

  private final DriveEngine.Foundation base;
  private final ShardTransport shards;
  private final ChunkCodecs codecs;
  private final Fetcher fetcher;
  private final RestoreSession drive;
  private final long generation;
  private final List<String> told = Collections.synchronizedList(new ArrayList<>());

  /**
   * @param heads sealed, as partners gave them
   * @throws PartnerUnavailableException if none of them is the last one that was published
   */
  DrillSession(
      DriveEngine.Foundation base, ShardTransport shards, WrongShards wrong, List<byte[]> heads)
      throws IOException, KithException {
    this.base = base;
    this.shards = shards;
    this.generation = Published.last(base.rows()).map(Published::generation).orElse(0L);
    codecs = new ChunkCodecs(base.keys(), base.random());
    fetcher =
        new Fetcher(
            new Fetcher.Parts(
                shards,
                new PackEncoder(base.keys(), base.owner(), base.random()),
                base.clock(),
                this::tell,
                wrong),
            FetcherSettings.DEFAULT);
    try {
      drive = RestoreSession.open(base.keys(), base.owner(), () -> heads, reading());
      if (drive.head().generation() < generation) {
        throw new PartnerUnavailableException(
            "the partners that answer have an older head than the last one that was published");
      }
    } catch (IOException | KithException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private RestoreSession.Reading reading() {
    return new RestoreSession.Reading(
        placements ->
            new ChunkStore(
                new ChunkStore.Parts(codecs, Optional.empty(), placements, fetcher, this::tell),
                CHUNK_CACHE),
        base.readAhead(),
        PAGE_CACHE,
        RECORDS);
  }

  private void tell(String kind, String message) {
    told.add(kind + ": " + message);
    base.events().event(kind, message);
  }

  /** What was wrong at partners since the last call. */
  List<String> told() {
    synchronized (told) {
      List<String> all = List.copyOf(told);
      told.clear();
      return all;
    }
  }

  /** Whether a newer head was published since. */
  boolean isPast() throws IOException {
    return Published.last(base.rows()).map(Published::generation).orElse(0L) != generation;
  }

  /** Whether so few holders let anything be read now that the drive can't be. */
  boolean isUsedUp() {
    long willing =
        drive.head().partners().stream()
            .filter(each -> shards.untilReadable(each.id(), ReadPurpose.COURTESY).isZero())
            .count();
    return willing < drive.head().parameters().code().m();
  }

  /** Restores a file; empty if it is as it was, else what is not. */
  Optional<String> compare(long inode) throws IOException {
    try {
      var found = drive.trees().locate(SnapshotTrees.outer(SnapshotTrees.LIVE, inode));
      return compare(found.tree(), inode);
    } catch (DriveException | CorruptDataException | NotEnoughShardsException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (KithException e) {
      return Optional.of("cannot be read now: " + e.getMessage());
    }
  }

  private Optional<String> compare(ReadTree there, long inode) throws IOException, KithException {
    RowView rows = base.rows();
    InodeRow row = RowsTree.inode(rows, inode);
    Attributes is = there.attributes(inode);
    if (is.kind() != row.kind() || is.size() != row.size()) {
      return Optional.of("has " + is.size() + " bytes at the partners, not " + row.size());
    }
    if (is.mode() != row.mode() || !is.mtime().equals(row.mtime())) {
      return Optional.of("has another mode or time at the partners");
    }
    long at = 0;
    for (Extent extent : Extents.list(rows, inode, 0, Long.MAX_VALUE)) {
      boolean same =
          isHole(there, inode, at, extent.offset())
              && extent instanceof Extent.Chunked chunk
              && isContent(there, inode, chunk);
      if (!same) {
        return Optional.of("has other bytes at " + extent.offset() + " at the partners");
      }
      at = extent.end();
    }
    return isHole(there, inode, at, row.size())
        ? Optional.empty()
        : Optional.of("has bytes after " + at + " at the partners, which it had not");
  }

  private static boolean isHole(ReadTree there, long inode, long from, long to)
      throws IOException, KithException {
    if (from >= to) {
      return true;
    }
    try {
      return there.seek(inode, from, FileSystem.SeekTo.DATA) >= to;
    } catch (DriveException e) {
      if (e.reason() == DriveException.Reason.NO_SUCH_OFFSET) {
        return true;
      }
      throw e;
    }
  }

  private boolean isContent(ReadTree there, long inode, Extent.Chunked chunk)
      throws IOException, KithException {
    ByteBuffer read = ByteBuffer.allocate(chunk.length());
    there.read(inode, chunk.offset(), read);
    ChunkCodec data = codecs.of(PackKind.DATA);
    return !read.hasRemaining()
        && data.keyOf(read.array(), 0, chunk.length()).equals(chunk.chunk().key());
  }

  @Override
  public void close() {
    fetcher.close();
    codecs.close();
  }
}
