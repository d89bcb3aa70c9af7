package kith.fs.fuse;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kith.fs.FileSystem;
import kith.fs.KernelNames;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A mount that libfuse3 serves by inode numbers. */
final class LowBinding implements MountBinding {
  private static final Logger LOG = LoggerFactory.getLogger(LowBinding.class);

  private final LowSession session;
  private final LowOperations operations;
  private final LowHandles handles;
  private final LowKernel kernel;
  private final List<LowWorkers> workers;
  private final LowLoopThreads threads;

  private LowBinding(
      LowSession session,
      LowOperations operations,
      LowHandles handles,
      LowKernel kernel,
      List<LowWorkers> workers,
      LowLoopThreads threads) {
    this.session = session;
    this.operations = operations;
    this.handles = handles;
    this.kernel = kernel;
    this.workers = workers;
    this.threads = threads;
  }

  /** Mounts by way of that library. */
  static MountBinding mount(
      LowLibrary fuse, FileSystem drive, MountPoint at, MountOptions options, boolean everybody)
      throws IOException {
    var handles = new LowHandles(drive);
    var workers = new LowWorkers("kith-read-", options.readThreads());
    var writers = new LowWorkers("kith-write-", options.writersHeldBack());
    var operations = new LowOperations(fuse);
    var kernel = new LowKernel(fuse, handles);
    new Wiring(drive, handles, new LowDispatch(drive, workers, writers), kernel)
        .register(operations, options);
    LowSession session = LowSession.open(fuse, at, operations, options.lowArguments(everybody));
    kernel.connect(session.address());
    LowHandshake.run(fuse, session);
    LowReadAhead.extend(at);
    if (!at.isMounted()) {
      session.close();
      throw at.goneAlready();
    }
    var threads = new LowLoopThreads(session, options.takers(), options.spinMicros());
    return new LowBinding(session, operations, handles, kernel, List.of(workers, writers), threads);
  }

  private record Wiring(
      FileSystem drive, LowHandles handles, LowDispatch dispatch, LowKernel kernel) {
    void register(LowOperations operations, MountOptions options) {
      var entries = new LowEntries(drive, handles);
      var pages = new LowPages(handles, kernel, options.takers());
      operations.onInit(new LowNegotiation());
      new LowNameCalls(drive, dispatch, entries, kernel).register(operations);
      new LowAttributeCalls(drive, dispatch, entries, pages, options.clock()).register(operations);
      new LowDirectoryCalls(drive, dispatch, entries).register(operations);
      new LowFileCalls(drive, dispatch, entries, handles, pages).register(operations);
      new LowContentCalls(drive, dispatch, handles, kernel, pages).register(operations);
      new LowXattrCalls(drive, dispatch).register(operations);
    }
  }

  @Override
  public CompletableFuture<Void> ended() {
    return threads.ended();
  }

  @Override
  public void writeBack() {
    kernel.writeBack();
  }

  @Override
  public KernelNames names() {
    return kernel;
  }

  @Override
  public void awaitEnd(Duration atMost) throws InterruptedException {
    threads.awaitEnd(atMost);
  }

  @Override
  public void stop(Duration atMost) throws IOException, InterruptedException {
    operations.close();
    threads.awaitIdle(atMost);
    for (LowWorkers each : workers) {
      each.close(atMost);
    }
    handles.releaseAll();
  }

  @Override
  public void free() {
    if (threads.ended().isDone()) {
      kernel.disconnect();
      session.close();
      threads.free();
      operations.free();
    } else {
      LOG.info("files of the mount are still open; it ends with this process");
    }
  }
}
