package kith.fs.node;

import java.util.List;

/** What a fake node imports and restores; less if the name is {@code bad}. */
final class FakeTransfers {
  private FakeTransfers() {}

  static RestoreResult restore(RestoreRequest request, ProgressSink progress) {
    var all = new Progress.Counted(3, 3);
    progress.report(new ProgressMeter(() -> FakeNode.NOW).measure("restoring", all, all));
    boolean bad = request.snapshot().equals("bad");
    return new RestoreResult(
        request.snapshot(),
        SnapshotName.show(request.destination()),
        request.dryRun(),
        new Amount(3, 3000),
        new Amount(1, 5),
        2,
        1,
        0,
        bad ? 1 : 0,
        bad ? List.of(new ProblemInfo("a/b\\xf6", "needs 4 of its 6 shards")) : List.of(),
        bad
            ? List.of(new RestoreResult.Lost("acl", "access control lists", 2, "a/c", false))
            : List.of(),
        1 << 30);
  }

  static ImportResult importFiles(ImportRequest request, ProgressSink progress) {
    var all = new Progress.Counted(3, 3);
    progress.report(new ProgressMeter(() -> FakeNode.NOW).measure("importing", all, all));
    String source = new String(request.source(), java.nio.charset.StandardCharsets.UTF_8);
    var path = request.path() == null ? source.substring(1) : SnapshotName.show(request.path());
    List<ProblemInfo> failed =
        source.endsWith("bad")
            ? List.of(new ProblemInfo("a/b\\xf6", "Permission denied"))
            : List.of();
    return new ImportResult(
        path,
        request.dryRun(),
        new Amount(2, 20),
        new Amount(1, 4096),
        1,
        0,
        failed.size() * 2L,
        failed,
        0,
        List.of(),
        List.of());
  }

  /** Of an odd number of files one does not come back. */
  static DrillResult drill(DrillRequest request) {
    long files = request.of(1000);
    return files % 2 == 0
        ? new DrillResult(new Amount(files, 4096), 0, 0, 0, List.of(), List.of("wrong-shard: Bo"))
        : new DrillResult(
            new Amount(files, 4096),
            2,
            3,
            1,
            List.of(new ProblemInfo("a/b", "needs 4 of its 6 shards")),
            List.of());
  }
}
