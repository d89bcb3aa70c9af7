package kith.fs;

import java.util.Set;
import kith.codec.OwnerId;
import kith.codec.PackKind;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.OperatingSystem;
import kith.peer.choice.Place;
import kith.peer.conduct.Standing;

/**
 * A partner who could hold a shard.
 *
 * @param freeBytes what the agreement leaves for us at this partner, in bytes
 * @param reachable whether he seems to be there now
 * @param pastCommitment whether he would serve a restore: only then what he holds may be nowhere
 *     else
 * @param spaceBytes what the agreement gives us at this partner, in bytes
 * @param networks where he is
 * @param system what his node runs on
 * @param standing how he keeps his word: what one has who reneged counts as lost
 * @param agreed whether there is an agreement with him; without one he is a partner from before a
 *     recovery of whom nothing was heard yet, who keeps what he has and is given nothing new
 */
public record HolderCandidate(
    OwnerId owner,
    long freeBytes,
    boolean reachable,
    boolean pastCommitment,
    long spaceBytes,
    Set<NetworkPrefix> networks,
    OperatingSystem system,
    Standing standing,
    boolean agreed) {
  /** Content leaves one of so many bytes of each partner's space to trees, index and sweep. */
  private static final int RESERVE = 50;

  /** One whose commitment is waived, who has nothing yet, somewhere. */
  public HolderCandidate(OwnerId owner, long freeBytes, boolean reachable) {
    this(
        owner,
        freeBytes,
        reachable,
        true,
        freeBytes,
        Set.of(),
        OperatingSystem.OTHER,
        Standing.GOOD,
        true);
  }

  /** One from before a recovery of whom nothing was heard yet. */
  public static HolderCandidate away(OwnerId owner) {
    return new HolderCandidate(
        owner, 0, false, true, 0, Set.of(), OperatingSystem.OTHER, Standing.GOOD, false);
  }

  /** Whether what he has counts as lost. */
  boolean gone() {
    return standing.isReneged();
  }

  /** Whether what he has is made elsewhere, too, when there is time. */
  boolean doubtful() {
    return standing.isDoubtful();
  }

  /** This partner as whoever puts packs of a kind sees him. */
  HolderCandidate seenBy(PackKind kind) {
    long kept = kind == PackKind.DATA ? spaceBytes / RESERVE : 0;
    return new HolderCandidate(
        owner,
        Math.max(0, freeBytes - kept),
        reachable,
        pastCommitment,
        spaceBytes,
        networks,
        system,
        standing,
        agreed);
  }

  /** Whether so many bytes would fit only where nothing of this kind should be. */
  boolean fitsOnlyInReserve(PackKind kind, long bytes) {
    return freeBytes >= bytes && seenBy(kind).freeBytes < bytes;
  }

  /** Whether he is given what is new: not one who is doubted, or back and has yet to show. */
  boolean trusted() {
    return standing.isTrusted();
  }

  /** Whether he holds nothing of ours: then no audit of him can begin. */
  boolean holdsNothing() {
    return freeBytes >= spaceBytes;
  }

  /** The same as whoever puts packs of any kind sees him. */
  private boolean isUntried() {
    return holdsNothing() || freeBytes == spaceBytes - spaceBytes / RESERVE;
  }

  /**
   * Who is not trusted counts as away where others could be chosen.
   *
   * @param returned whether one who is back is trusted before he has shown what he has
   */
  Place place(boolean returned) {
    long room = gone() ? 0 : freeBytes;
    boolean good = returned ? !gone() && !doubtful() : trusted();
    return new Place(owner, room, reachable && good, networks, system, isUntried());
  }
}
