package kith.fs.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import kith.codec.KithException;
import kith.fs.DriveEngine;
import kith.fs.FileKind;
import kith.fs.FileName;
import kith.fs.ImportOptions;
import kith.fs.ImportReport;
import kith.fs.ImportScan;
import kith.fs.Importer;
import kith.fs.KernelNames;
import kith.fs.SourceException;
import kith.fs.SourceFolder;
import kith.fs.SourceStat;
import kith.fs.fuse.SourceDisk;

/** {@code kith import}: finds the source, and tells how far it is. For one thread. */
final class NodeImport implements Importer.Watcher {
  private static final Duration REPORT = Duration.ofMillis(200);

  private final DriveEngine engine;
  private final KernelNames kernel;
  private final InstantSource clock;
  private final ImportRequest request;
  private final ProgressSink sink;
  private final ProgressMeter meter;
  private Progress.Counted total = new Progress.Counted(0, 0);
  private long reported;

  NodeImport(
      DriveEngine engine,
      KernelNames kernel,
      InstantSource clock,
      ImportRequest request,
      ProgressSink sink) {
    this.engine = engine;
    this.kernel = kernel;
    this.clock = clock;
    this.request = request;
    this.sink = sink;
    this.meter = new ProgressMeter(clock);
  }

  /**
   * Imports.
   *
   * @param home of the node
   * @param mount where the drive is mounted
   */
  ImportResult run(Path home, Path mount) throws IOException, KithException, NodeException {
    try (var disk = new SourceDisk()) {
      SourceDisk.Found source = find(disk);
      SourceStat drive = disk.find(bytes(mount)).stat();
      if (source.stat().filesystem() == drive.filesystem()) {
        throw usage("is in the drive itself; cp copies there");
      }
      Set<SourceStat.Id> ours = new HashSet<>();
      ours.add(drive.id());
      ours.add(disk.find(bytes(home)).stat().id());
      if (ours.contains(source.stat().id())) {
        throw usage("is the node's home, which is not to be imported");
      }
      var options = new ImportOptions(request.dryRun(), request.oneFilesystem(), ours);
      List<FileName> path = path(source);
      return result(path, run(disk, source, options, path));
    }
  }

  private ImportReport run(
      SourceDisk disk, SourceDisk.Found source, ImportOptions options, List<FileName> path)
      throws IOException, KithException {
    Importer importer = engine.importer(kernel, options, this);
    if (source.stat().kind() == FileKind.DIRECTORY) {
      if (request.count()) {
        count(disk.folder(source.path()), options);
      }
      return importer.folder(disk.folder(source.path()), path);
    }
    byte[] name = RawPath.last(source.path());
    int parent = Math.max(1, source.path().length - name.length - 1);
    SourceFolder folder = disk.folder(Arrays.copyOf(source.path(), parent));
    return importer.file(folder, FileName.of(name), path);
  }

  private void count(SourceFolder folder, ImportOptions options) throws IOException {
    var scan = new ImportScan(options, () -> report("counting", 0, 0));
    scan.run(folder);
    total = new Progress.Counted(scan.bytes(), scan.files());
  }

  private SourceDisk.Found find(SourceDisk disk) throws NodeException {
    try {
      return disk.find(request.source());
    } catch (SourceException e) {
      throw e.isGone()
          ? new NodeException(ExitCode.ERROR, shown() + " does not exist", e)
          : new NodeException(ExitCode.ERROR, shown() + ": " + e.getMessage(), e);
    }
  }

  private String shown() {
    return SnapshotName.show(request.source());
  }

  private NodeException usage(String what) {
    return new NodeException(ExitCode.USAGE, shown() + " " + what);
  }

  private static byte[] bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8);
  }

  private List<FileName> path(SourceDisk.Found source) throws IOException {
    if (request.path() != null) {
      return RawPath.names(request.path());
    }
    List<FileName> typed = RawPath.names(request.source());
    byte[] last = RawPath.last(request.source());
    boolean dots = last.length > 0 && last[0] == '.' && last[last.length - 1] == '.';
    List<FileName> names = dots && last.length < 3 ? RawPath.names(source.path()) : typed;
    return names.isEmpty() ? names : names.subList(names.size() - 1, names.size());
  }

  @Override
  public boolean goOn(ImportReport report) {
    return report("importing", report.doneBytes(), report.doneFiles());
  }

  private boolean report(String phase, long bytes, long files) {
    long now = clock.millis();
    if (Math.abs(now - reported) < REPORT.toMillis()) {
      return true;
    }
    reported = now;
    return sink.report(
        meter.measure(
            phase,
            new Progress.Counted(bytes, total.done()),
            new Progress.Counted(files, total.total())));
  }

  private ImportResult result(List<FileName> path, ImportReport report) throws NodeException {
    if (report.isGivenUp()) {
      throw new NodeException(ExitCode.ERROR, "given up; what was imported by then stays");
    }
    return new ImportResult(
        String.join("/", path.stream().map(SnapshotName::show).toList()),
        request.dryRun(),
        new Amount(report.readFiles(), report.readBytes()),
        new Amount(report.sameFiles(), report.sameBytes()),
        report.folders(),
        report.others(),
        report.failures(),
        ProblemInfo.of(report.failed()),
        report.changes(),
        ProblemInfo.of(report.changed()),
        ProblemInfo.of(report.leftOut()));
  }
}
