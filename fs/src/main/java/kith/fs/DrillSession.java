package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotEnoughShardsException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
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

  /** So much of a file is looked at together: its extents are held in memory. */
  private static final long WINDOW = 64L << 20;

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

  /**
   * Restores a file; empty if it is as it was, else what is not.
   *
   * @throws PartnerUnavailableException if it cannot be read now, which says nothing of the file
   */
  Optional<String> compare(long inode) throws IOException, PartnerUnavailableException {
    try {
      var found = drive.trees().locate(SnapshotTrees.outer(SnapshotTrees.LIVE, inode));
      return compare(found.tree(), inode);
    } catch (DriveException | CorruptDataException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (NotEnoughShardsException e) {
      if (isForNow(e.getCause())) {
        throw new PartnerUnavailableException(e.getMessage(), e);
      }
      return Optional.of(e.getMessage());
    } catch (KithException e) {
      throw new PartnerUnavailableException(e.getMessage(), e);
    }
  }

  /** Whether somebody was away, or has given enough for today: not that something is lost. */
  private boolean isForNow(Throwable lastFailure) {
    return isUsedUp()
        || lastFailure instanceof NotYetException
        || lastFailure instanceof NotPermittedException
        || lastFailure instanceof PartnerUnavailableException;
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
    for (long from = 0; from < row.size(); from += WINDOW) {
      for (Extent extent : Extents.list(rows, inode, from, from + WINDOW)) {
        boolean isNew = extent.offset() >= at; // one may reach into the next window
        if (isNew && !isSame(there, inode, at, extent)) {
          return Optional.of("has other bytes at " + extent.offset() + " at the partners");
        }
        at = isNew ? extent.end() : at;
      }
    }
    return isHole(there, inode, at, row.size())
        ? Optional.empty()
        : Optional.of("has bytes after " + at + " at the partners, which it had not");
  }

  private boolean isSame(ReadTree there, long inode, long at, Extent extent)
      throws IOException, KithException {
    return isHole(there, inode, at, extent.offset())
        && extent instanceof Extent.Chunked chunk
        && isContent(there, inode, chunk);
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
    ChunkRef ref = chunk.chunk();
    return !read.hasRemaining()
        && codecs.isContent(PackKind.DATA, ref.pack(), ref.key(), read.array());
  }

  @Override
  public void close() {
    fetcher.close();
    codecs.close();
  }
}
