package kith.fs.fuse;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import kith.fs.FileSystem;
import kith.fs.KernelNames;

/** A mount that libfuse 2 serves by paths. */
final class PathBinding implements MountBinding {
  private final OperationTable operations;
  private final OpenFiles files;
  private final LoopThreads threads;

  private PathBinding(OperationTable operations, OpenFiles files, LoopThreads threads) {
    this.operations = operations;
    this.files = files;
    this.threads = threads;
  }

  /** Mounts by way of that library. */
  static MountBinding mount(
      Libfuse libfuse, FileSystem drive, MountPoint at, MountOptions options, boolean everybody)
      throws IOException {
    var hidden = new HiddenNames();
    var files = new OpenFiles(drive, hidden);
    OperationTable operations = wire(drive, files, hidden, options);
    Session session = Session.open(libfuse, at, operations, options.pathArguments(everybody));
    if (!at.isMounted()) {
      session.close();
      throw at.goneAlready();
    }
    return new PathBinding(operations, files, new LoopThreads(libfuse, session, options.threads()));
  }

  private static OperationTable wire(
      FileSystem drive, OpenFiles files, HiddenNames hidden, MountOptions options) {
    var paths = new Paths(drive, hidden);
    var operations = new OperationTable(paths::forgetAll);
    new AttributeCalls(drive, paths, files, options.clock()).register(operations);
    new FileCalls(drive, paths, files).register(operations);
    new DirectoryCalls(drive, paths).register(operations);
    new NameCalls(drive, paths, hidden).register(operations);
    new XattrCalls(drive, paths).register(operations);
    return operations;
  }

  @Override
  public CompletableFuture<Void> ended() {
    return threads.ended();
  }

  /** The kernel holds nothing back. */
  @Override
  public void writeBack() {}

  /** The kernel believes nothing for long. */
  @Override
  public KernelNames names() {
    return KernelNames.NONE;
  }

  @Override
  public void awaitEnd(Duration atMost) throws InterruptedException {
    threads.awaitEnd(atMost);
  }

  @Override
  public void stop(Duration atMost) throws IOException, InterruptedException {
    operations.close();
    threads.awaitIdle(atMost);
    files.releaseAll();
  }

  @Override
  public void free() {
    threads.free();
  }
}
