package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import kith.fs.AuditCover;
import kith.fs.CacheSettings;
import kith.fs.DriveEngine;
import kith.fs.DriveSafety;
import kith.fs.ShardTransport;
import kith.fs.SnapshotEntry;
import kith.fs.UnsentChanges;
import kith.fs.UnsentTree;
import kith.index.Home;
import kith.index.HomeInUseException;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Staging;
import kith.peer.choice.Growth;

/**
 * Saves what a home has that no partner has: of a machine whose place another has taken. Opens the
 * home as a start does, without partners, and changes nothing in the drive. For one thread.
 */
final class UnsentExport implements AutoCloseable {
  private final Closing closing = new Closing();
  private final NodeStart start;
  private final InstantSource clock;
  private final DriveEngine engine;

  /** Nobody is asked for anything. */
  private static final class Nobody implements ShardTransport, DriveEngine.HeadSender {
    private static <T> CompletableFuture<T> away(OwnerId holder) {
      return CompletableFuture.failedFuture(
          new PartnerUnavailableException(holder.brief() + " is not asked: no partner is"));
    }

    @Override
    public CompletableFuture<byte[]> put(SealedShard shard, Duration deadline) {
      return away(shard.holder());
    }

    @Override
    public CompletableFuture<byte[]> get(OwnerId holder, Blocks blocks, Duration deadline) {
      return away(holder);
    }

    @Override
    public Set<OwnerId> put(long generation, byte[] sealed, Duration deadline) {
      return Set.of();
    }
  }

  /** Opens the home, or leaves nothing behind. */
  UnsentExport(NodeStart start, NodeWorld world) throws IOException, NodeException {
    this.start = start;
    this.clock = world.clock();
    try {
      closing.add(world.pools());
      Home home = closing.add(home());
      Staging staging = closing.add(new Staging(home.staging()));
      Rows rows = closing.add(world.storage().open(home, staging));
      DriveMark.requireKnown(start.home(), rows);
      PackStore packs = closing.add(new PackStore(home.packs()));
      CacheSettings cache = NodeSettings.cache(start.config(), home.driveSpace());
      Nobody nobody = new Nobody();
      engine =
          closing.add(
              new DriveEngine(
                  NodeSettings.base(start, new NodeSettings.Stores(rows, staging, packs), world),
                  new DriveEngine.Partners(nobody, nobody, List::of, List::of, AuditCover.NONE),
                  NodeSettings.settings(start.config(), cache, Growth.BY_NUMBER)));
      if (!engine.recovery().isTreeHere()) {
        throw new NodeException(
            ExitCode.ERROR, "the drive has not come back to this machine: nothing is unsent here");
      }
    } catch (IOException | NodeException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private Home home() throws IOException, NodeException {
    try {
      return Home.open(start.home());
    } catch (HomeInUseException e) {
      throw new NodeException(
          ExitCode.IN_USE,
          "the node still runs: 'kith umount --now' ends it, and its mount with it",
          e);
    }
  }

  /** Saves it to the place of the request. */
  UnsentResult run(RestoreRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException {
    UnsentTree unsent = engine.unsent();
    UnsentChanges changes = unsent.changes();
    OwnerId owner = start.secrets().identity().owner();
    RestoreResult restored =
        new NodeRestore(engine.snapshots(), owner, clock, request, progress)
            .run(unsent, NodeRestore.THREADS);
    return new UnsentResult(
        restored,
        unsent.isCompared(),
        changes.found().stream()
            .map(each -> new UnsentResult.Change(text(each.from()), text(each.to())))
            .toList(),
        changes.more(),
        snapshots());
  }

  private static String text(Optional<byte[]> path) {
    return path.map(SnapshotName::show).orElse(null);
  }

  private List<String> snapshots() throws IOException {
    DriveSafety safety = engine.safety(0);
    List<String> found = new ArrayList<>();
    for (SnapshotEntry each : engine.snapshots().entries()) {
      if (each.number() > safety.lastSnapshot()) {
        found.add(SnapshotName.show(each.name()));
      }
    }
    return found;
  }

  @Override
  public void close() throws IOException {
    closing.close();
  }
}
