package kith.fs;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.chunker.ChunkerParameters;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;

/**
 * All that must be known of a drive to read it, beside the keys: the one thing that every partner
 * keeps whole. Of two heads the one with the greater epoch, then generation, is right.
 *
 * @param owner whose drive it is
 * @param epoch counts the machines that the node has lived on, from 1
 * @param generation counts the heads of the drive
 * @param time when it was made, by the node's clock
 * @param runs the index
 * @param indexPacks where the INDEX packs lie that the runs are in
 * @param snapshots root of the list of snapshots
 * @param live root of the live tree as it was packed last
 */
public record Head(
    OwnerId owner,
    long epoch,
    long generation,
    Instant time,
    Parameters parameters,
    List<Partner> partners,
    List<IndexRun> runs,
    List<PackPlacement> indexPacks,
    Optional<ChunkRef> snapshots,
    Optional<ChunkRef> live) {

  /**
   * What is fixed for the drive, or was chosen for it.
   *
   * @param code for packs that are made now
   * @param losses how many partners may be lost of what counts as safe
   */
  public record Parameters(CodeParameters code, int losses, ChunkerParameters chunker) {}

  /**
   * Another owner who holds shards of the drive.
   *
   * @param addresses where the node was reached, as host:port, the best first
   * @param name for people
   */
  public record Partner(OwnerId id, List<String> addresses, String name) {
    public Partner {
      addresses = List.copyOf(addresses);
    }
  }

  /** Checks that the placement of every INDEX pack is there, or nothing could be read. */
  public Head {
    partners = List.copyOf(partners);
    runs = List.copyOf(runs);
    indexPacks = List.copyOf(indexPacks);
    Set<PackId> missing = new HashSet<>();
    runs.forEach(run -> missing.addAll(run.packs()));
    indexPacks.forEach(placement -> missing.remove(placement.pack()));
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException("no placement of INDEX packs " + missing);
    }
  }

  /** The same content as another head. */
  Head again(long next) {
    return new Head(
        owner, epoch, next, time, parameters, partners, runs, indexPacks, snapshots, live);
  }

  /** Whether this head is to be believed rather than the other. */
  public boolean isNewerThan(Head other) {
    return epoch != other.epoch ? epoch > other.epoch : generation > other.generation;
  }
}
