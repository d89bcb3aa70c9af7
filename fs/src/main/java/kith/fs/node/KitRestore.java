package kith.fs.node;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import kith.codec.KithException;
import kith.fs.Kit;

/** Restores from a kit and its partners alone. For one thread. */
final class KitRestore implements OpenedKit {
  private final ViewCore core;
  private final Kit kit;
  private final InstantSource clock;

  /** Finds the newest head. */
  KitRestore(Kit kit, ProgressSink progress, NodeWorld world) throws IOException, KithException {
    this.kit = kit;
    this.clock = world.clock();
    this.core = new ViewCore(kit, progress, world);
  }

  @Override
  public List<SnapshotInfo> snapshots() {
    return core.session().snapshots().stream()
        .map(
            entry ->
                new SnapshotInfo(
                    SnapshotName.show(entry.name()),
                    entry.time(),
                    null, // what its holders have isn't known
                    new Amount(entry.files(), entry.bytes()),
                    entry.held()))
        .toList();
  }

  @Override
  public RestoreResult restore(RestoreRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException {
    return new NodeRestore(core.session().trees(), kit.owner(), clock, request, progress)
        .run(NodeRestore.THREADS);
  }

  @Override
  public void close() throws IOException {
    core.close();
  }
}
