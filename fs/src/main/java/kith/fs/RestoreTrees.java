package kith.fs;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import kith.codec.KithException;

/** Opens the packed trees that a head names. */
final class RestoreTrees implements SnapshotTrees.Source {
  private final Head head;
  private final List<SnapshotEntry> snapshots;
  private final PackedTree.Access access;

  RestoreTrees(Head head, List<SnapshotEntry> snapshots, PackedTree.Access access) {
    this.head = head;
    this.snapshots = snapshots;
    this.access = access;
  }

  @Override
  public List<SnapshotEntry> entries() {
    return snapshots;
  }

  @Override
  public ReadTree open(long number) throws IOException, KithException {
    return PackedTree.open(access, root(number));
  }

  private ChunkRef root(long number) throws DriveException {
    Optional<ChunkRef> root =
        number == SnapshotTrees.LIVE
            ? head.live()
            : snapshots.stream()
                .filter(entry -> entry.number() == number)
                .findFirst()
                .flatMap(SnapshotEntry::root);
    return root.orElseThrow(
        () -> new DriveException(DriveException.Reason.STALE, "no snapshot " + number));
  }
}
