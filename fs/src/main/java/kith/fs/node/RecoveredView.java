package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import kith.codec.KithException;
import kith.fs.Head;
import kith.fs.RestoreSession;
import kith.fs.fuse.FuseMount;
import kith.fs.fuse.MountOptions;

/** Every snapshot of a drive mounted read-only, from its kit alone. Safe for many threads. */
final class RecoveredView implements Running {
  private static final int FUSE_THREADS = 8;
  private static final int READ_THREADS = 16;
  private static final Duration TRUSTED = Duration.ofMinutes(1);

  private final ViewStart start;
  private final Instant started;
  private final Closing closing = new Closing();
  private final CountDownLatch end = new CountDownLatch(1);
  private final RestoreSession session;
  private final FuseMount mount;

  RecoveredView(ViewStart start, ProgressSink progress, NodeWorld world)
      throws IOException, KithException {
    this.start = start;
    this.started = world.clock().instant();
    try {
      session = closing.add(new ViewCore(start.kit(), progress, world)).session();
      progress.report(phase("mounting"));
      mount =
          closing.add(
              FuseMount.mount(
                  session.fileSystem(ProcessOwner.caller()),
                  start.mountPoint(),
                  options(world.clock())));
      var unused = mount.ended().thenRun(end::countDown);
    } catch (IOException | KithException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private static MountOptions options(InstantSource clock) {
    return new MountOptions(
        clock,
        MountOptions.Binding.AUTO,
        FUSE_THREADS,
        READ_THREADS,
        MountOptions.SPIN_MICROS,
        new MountOptions.Trust(TRUSTED, TRUSTED));
  }

  private static Progress phase(String name) {
    return Progress.of(name, new Progress.Counted(0, 0), new Progress.Counted(0, 0));
  }

  private static Redundancy redundancy(Head head) {
    return new Redundancy(
        head.parameters().code().toString(),
        head.parameters().losses(),
        "a view of the drive as of "
            + head.time()
            + ", read from "
            + head.partners().size()
            + " partners",
        "",
        true,
        null,
        null,
        null,
        "");
  }

  @Override
  public NodeStatus status() {
    Head head = session.head();
    return new NodeStatus(
        KithVersion.TEXT,
        NodeStatus.Role.VIEW,
        ProcessHandle.current().pid(),
        start.kit().owner().toString(),
        start.home().toString(),
        mount.path().toString(),
        started,
        null, // what holders have of it is not known
        0,
        redundancy(head),
        SpaceStatus.EMPTY,
        List.of(),
        session.snapshots().size(),
        null,
        Proof.NONE,
        null,
        LimitsInfo.NONE,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        List.of());
  }

  @Override
  public void shutdown(Duration atMost, ProgressSink progress) throws IOException {
    mount.unmount();
    end.countDown();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    end.await();
  }

  @Override
  public void close() throws IOException {
    end.countDown();
    closing.close();
  }
}
