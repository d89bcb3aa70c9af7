package kith.fs.node;

import java.util.List;

/** What a fake node restores: three files, and one less from the snapshot {@code bad}. */
final class FakeRestore {
  private FakeRestore() {}

  static RestoreResult of(RestoreRequest request, ProgressSink progress) {
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
}
