package kith.fs;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.codec.WrongKeyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A drive seen from nothing but its keys and what partners hold: chooses the newest head, and reads
 * placements, snapshots and trees from it on demand. Safe for many threads.
 */
public final class RestoreSession {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreSession.class);

  /** Has the heads that partners keep. */
  @FunctionalInterface
  public interface HeadSource {
    /** Sealed heads, of as many partners as could be asked; in any order, some may be damaged. */
    List<byte[]> heads() throws IOException, KithException;
  }

  /**
   * How it reads.
   *
   * @param chunks makes the source of chunks, given the placements; closed by the caller
   * @param readAhead runs read-ahead; closed by the caller
   * @param lookups looks into several index runs at a time; closed by the caller
   * @param pageBytes memory for opened pages
   * @param maxRecords records of files that each open tree keeps
   */
  public record Reading(
      Function<PlacementSource, ChunkSource> chunks,
      Executor readAhead,
      Executor lookups,
      long pageBytes,
      int maxRecords) {}

  private final Head head;
  private final RestorePlacements placements;
  private final PackedTree.Access access;
  private final List<SnapshotEntry> snapshots;

  private RestoreSession(Head head, Reading reading) throws IOException, KithException {
    this.head = head;
    placements = new RestorePlacements(head, reading.chunks(), reading.lookups());
    access =
        new PackedTree.Access(
            placements.chunks(), reading.readAhead(), reading.pageBytes(), reading.maxRecords());
    snapshots =
        head.snapshots().isPresent()
            ? SnapshotList.read(placements.chunks(), head.snapshots().get())
            : List.of();
  }

  /**
   * Opens the drive as of the newest head that can be had.
   *
   * @throws PartnerUnavailableException if there is no head at all
   * @throws WrongKeyException if none opens with these keys
   */
  public static RestoreSession open(
      DriveKeys keys, OwnerId owner, HeadSource heads, Reading reading)
      throws IOException, KithException {
    return new RestoreSession(newest(keys, owner, heads.heads()), reading);
  }

  /** The newest of several heads by (epoch, generation), leaving out what doesn't open. */
  public static Head newest(DriveKeys keys, OwnerId owner, List<byte[]> heads)
      throws PartnerUnavailableException, WrongKeyException {
    try {
      return HeadCodec.open(keys, owner, newestSealed(keys, owner, heads));
    } catch (CorruptDataException e) {
      throw new IllegalStateException("a head that was opened before", e);
    }
  }

  /** The same, as it is sealed. */
  public static byte[] newestSealed(DriveKeys keys, OwnerId owner, List<byte[]> heads)
      throws PartnerUnavailableException, WrongKeyException {
    if (heads.isEmpty()) {
      throw new PartnerUnavailableException("no partner gave a head of " + owner.brief());
    }
    Head newest = null;
    byte[] found = null;
    for (byte[] sealed : heads) {
      try {
        Head head = HeadCodec.open(keys, owner, sealed);
        if (newest == null || head.isNewerThan(newest)) {
          newest = head;
          found = sealed;
        }
      } catch (CorruptDataException e) {
        LOG.info("a head was left out: {}", e.getMessage());
      }
    }
    if (found == null) {
      throw new WrongKeyException(
          "none of " + heads.size() + " heads of " + owner.brief() + " opens with these keys");
    }
    return found;
  }

  public Head head() {
    return head;
  }

  /** Where packs lie. */
  public PlacementSource placements() {
    return placements;
  }

  /** The chunks of the drive, as {@link Reading} reads them. */
  public ChunkSource chunks() {
    return placements.chunks();
  }

  /** Snapshots that can be read, ordered by number. */
  public List<SnapshotEntry> snapshots() {
    return snapshots;
  }

  /** The trees of all snapshots, and the live one if the head has it. */
  public SnapshotTrees trees() {
    return new SnapshotTrees(new RestoreTrees(head, snapshots, access));
  }

  /**
   * Everything as a read-only filesystem.
   *
   * @param owner of its root directory
   */
  public FileSystem fileSystem(Caller owner) {
    return SnapshotsFileSystem.ofView(trees(), owner, head.live().isPresent());
  }
}
