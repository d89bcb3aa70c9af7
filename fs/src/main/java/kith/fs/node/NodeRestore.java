package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.fs.Attributes;
import kith.fs.DestinationException;
import kith.fs.DestinationLoss;
import kith.fs.DriveException;
import kith.fs.FileKind;
import kith.fs.FileName;
import kith.fs.FileSystem;
import kith.fs.ReadTree;
import kith.fs.RestoreReport;
import kith.fs.Restorer;
import kith.fs.SnapshotEntry;
import kith.fs.SnapshotTrees;
import kith.fs.SystemNames;

/**
 * {@code kith restore}: finds the snapshot and the place, and tells how far it is. For one thread.
 */
final class NodeRestore implements Restorer.Watcher {
  /** That write files, and wait for partners. */
  static final int THREADS = 8;

  private static final Duration REPORT = Duration.ofMillis(200);
  private static final String LIVE = "live";
  private static final String LATEST = "latest";

  private final SnapshotTrees trees;
  private final OwnerId drive;
  private final InstantSource clock;
  private final RestoreRequest request;
  private final ProgressSink sink;
  private final ProgressMeter meter;
  private final RestorePlace place;
  private Restorer.Count total = new Restorer.Count(0, 0);
  private String phase = "reading the snapshot";
  private long reported;

  /**
   * @param drive its owner
   */
  NodeRestore(
      SnapshotTrees trees,
      OwnerId drive,
      InstantSource clock,
      RestoreRequest request,
      ProgressSink sink) {
    this.trees = trees;
    this.drive = drive;
    this.clock = clock;
    this.request = request;
    this.sink = sink;
    this.meter = new ProgressMeter(clock);
    this.place = new RestorePlace(request);
  }

  /** What was found to be restored. */
  private record Found(ReadTree tree, long inode, FileName name, Attributes attributes) {}

  /**
   * Restores.
   *
   * @param threads that write; 0 for this one
   */
  RestoreResult run(int threads) throws IOException, KithException, NodeException {
    long snapshot = snapshot();
    return run(find(snapshot), snapshot, threads);
  }

  /** The same of a whole tree that is none of the snapshots. */
  RestoreResult run(ReadTree tree, int threads) throws IOException, KithException, NodeException {
    Attributes root = tree.attributes(FileSystem.ROOT);
    return run(new Found(tree, FileSystem.ROOT, null, root), SnapshotTrees.LIVE, threads);
  }

  private RestoreResult run(Found found, long snapshot, int threads)
      throws IOException, KithException, NodeException {
    String path = SnapshotName.show(request.path());
    var source = new Restorer.Source(found.tree, drive, snapshot, path, found.inode);
    var restorer = new Restorer(source, new SystemNames(), request.overwrite(), threads, this);
    try {
      total = restorer.count();
      if (request.dryRun()) {
        return dryRun();
      }
      phase = "restoring";
      return result(restore(restorer, found));
    } catch (Restorer.EndedException e) {
      throw new NodeException(
          ExitCode.ERROR, "given up; what is whole stays, and the same command goes on", e);
    } catch (DestinationException e) {
      throw place.refused(e);
    }
  }

  private RestoreReport restore(Restorer restorer, Found found) throws IOException, NodeException {
    if (found.attributes.kind() == FileKind.DIRECTORY) {
      return restorer.folder(place.folder());
    }
    RestorePlace.ForFile at = place.file(found.name);
    return restorer.file(at.folder(), at.name());
  }

  private long snapshot() throws IOException, NodeException {
    String name = request.snapshot();
    if (name.equals(LIVE)) {
      return SnapshotTrees.LIVE;
    }
    var found = name.equals(LATEST) ? trees.latest() : trees.byName(SnapshotName.parse(name));
    return found
        .map(SnapshotEntry::number)
        .orElseThrow(() -> new NodeException(ExitCode.USAGE, noSnapshot(name)));
  }

  private String noSnapshot(String name) {
    return name.equals(LATEST)
        ? "there is no snapshot yet"
        : "there is no snapshot '" + name + "': 'kith snapshot list' and --list name them";
  }

  private Found find(long snapshot) throws IOException, KithException, NodeException {
    SnapshotTrees.Located at = root(snapshot);
    long inode = at.inode();
    FileName last = null;
    for (FileName name : RawPath.names(request.path())) {
      OptionalLong next = at.tree().lookup(inode, name);
      if (next.isEmpty()) {
        throw new NodeException(
            ExitCode.USAGE,
            "the snapshot has no '"
                + SnapshotName.show(request.path())
                + "': "
                + name
                + " is not in it");
      }
      inode = next.getAsLong();
      last = name;
    }
    return new Found(at.tree(), inode, last, at.tree().attributes(inode));
  }

  private SnapshotTrees.Located root(long snapshot)
      throws IOException, KithException, NodeException {
    try {
      return trees.locate(SnapshotTrees.outer(snapshot, FileSystem.ROOT));
    } catch (DriveException e) {
      if (snapshot == SnapshotTrees.LIVE) {
        throw new NodeException(
            ExitCode.USAGE, "the live tree can only be restored from a kit, with --kit", e);
      }
      throw e;
    }
  }

  @Override
  public boolean goOn(RestoreReport report) {
    long now = clock.millis();
    if (Math.abs(now - reported) < REPORT.toMillis()) {
      return true;
    }
    reported = now;
    return sink.report(
        meter.measure(
            phase,
            new Progress.Counted(report.doneBytes(), total.bytes()),
            new Progress.Counted(report.doneFiles(), total.files())));
  }

  private RestoreResult dryRun() throws IOException {
    return new RestoreResult(
        request.snapshot(),
        place.shown(),
        true,
        new Amount(total.files(), total.bytes()),
        new Amount(0, 0),
        0,
        0,
        0,
        0,
        List.of(),
        List.of(),
        place.free());
  }

  private RestoreResult result(RestoreReport report) throws IOException {
    return new RestoreResult(
        request.snapshot(),
        place.shown(),
        false,
        new Amount(report.writtenFiles(), report.writtenBytes()),
        new Amount(report.sameFiles(), report.sameBytes()),
        report.folders(),
        report.others(),
        report.links(),
        report.failures(),
        ProblemInfo.of(report.failed()),
        lost(report),
        place.free());
  }

  private static List<RestoreResult.Lost> lost(RestoreReport report) throws IOException {
    boolean root = ProcessOwner.isRoot();
    return report.lost().entrySet().stream()
        .map(each -> lost(each.getKey(), each.getValue(), root))
        .toList();
  }

  private static RestoreResult.Lost lost(
      DestinationLoss what, RestoreReport.Lost lost, boolean root) {
    boolean harmless = what == DestinationLoss.OWNER && !root;
    return new RestoreResult.Lost(
        what.name().toLowerCase(Locale.ROOT),
        what.meaning(),
        lost.count(),
        SnapshotName.show(lost.first()),
        harmless);
  }
}
