package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The directory in which a node keeps everything, and the lock that lets one process at a time work
 * with it. Made with permissions for its user alone.
 */
public final class Home implements AutoCloseable {
  /** Version of the layout, in the file {@code format}. */
  static final int FORMAT = 1;

  /**
   * Homes that this process holds. Static, because the lock is one of the process: closing a second
   * channel on the lock file would release it.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path root;
  private final FileChannel lockFile;

  private Home(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /**
   * Takes hold of a home; makes it if it is missing.
   *
   * @throws HomeInUseException if another process, or this one, holds it
   * @throws IOException if it cannot be made, or its layout is of a later version
   */
  public static Home open(Path directory) throws IOException {
    return open(directory, Duration.ZERO);
  }

  /**
   * As {@link #open(Path)}, for a home that another process may be about to let go.
   *
   * @param patience how long to wait for that
   */
  public static Home open(Path directory, Duration patience) throws IOException {
    makeDirectory(directory);
    Path root = directory.toRealPath();
    if (!HELD.add(root)) {
      throw new HomeInUseException("this process already holds " + root);
    }
    try {
      Home home = new Home(root, lock(root, patience));
      try {
        home.prepare();
        return home;
      } catch (IOException | RuntimeException e) {
        home.lockFile.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      HELD.remove(root);
      throw e;
    }
  }

  private static FileChannel lock(Path root, Duration patience) throws IOException {
    Path path = root.resolve("lock");
    FileChannel channel =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null && !waitsFor(channel, patience)) {
        String holder = Files.readString(path, StandardCharsets.UTF_8).strip();
        throw new HomeInUseException(
            "another node holds " + root + (holder.isEmpty() ? "" : " (process " + holder + ")"));
      }
      channel.truncate(0);
      String process = ProcessHandle.current().pid() + "\n";
      channel.write(ByteBuffer.wrap(process.getBytes(StandardCharsets.UTF_8)));
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Waits for the lock; when it comes too late, the caller closes the channel, which ends that. */
  private static boolean waitsFor(FileChannel channel, Duration patience) throws IOException {
    if (patience.isZero()) {
      return false;
    }
    var locked = new CompletableFuture<FileLock>();
    var waiter =
        new Thread(
            () -> {
              try {
                locked.complete(channel.lock());
              } catch (IOException e) {
                locked.completeExceptionally(e);
              }
            },
            "kith-home");
    waiter.setDaemon(true);
    waiter.start();
    try {
      return locked.get(patience.toMillis(), TimeUnit.MILLISECONDS) != null;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IOException("the home cannot be locked", e.getCause());
    }
  }

  private void prepare() throws IOException {
    checkFormat();
    for (Path each :
        new Path[] {
          db(), staging(), packs(), held(), ledgers(), checkpoints(), identity(), log()
        }) {
      makeDirectory(each);
    }
    Trees.forceDirectory(root);
  }

  private void checkFormat() throws IOException {
    Path path = root.resolve("format");
    if (!Files.exists(path) || Files.size(path) == 0) { // a crash came before its content
      Files.writeString(path, FORMAT + "\n");
      Trees.forceDirectory(path);
      return;
    }
    String format = Files.readString(path).strip();
    if (!format.equals(Integer.toString(FORMAT))) {
      throw new IOException(
          root + " has layout " + format + ", this program knows " + FORMAT + ": use a newer one");
    }
  }

  private static void makeDirectory(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  public Path root() {
    return root;
  }

  /** RocksDB's directory. */
  public Path db() {
    return root.resolve("db");
  }

  /** Staging segments. */
  public Path staging() {
    return root.resolve("staging");
  }

  /** The drive's own packs. */
  public Path packs() {
    return root.resolve("packs");
  }

  /** What is kept for other owners. */
  public Path held() {
    return root.resolve("held");
  }

  /** Ledgers: of what is held here, and mirrors of what is held elsewhere. */
  public Path ledgers() {
    return root.resolve("ledgers");
  }

  /** RocksDB checkpoints that snapshots are built from. */
  public Path checkpoints() {
    return root.resolve("checkpoints");
  }

  /** Keys and certificates. */
  public Path identity() {
    return root.resolve("identity");
  }

  /** Log files. */
  public Path log() {
    return root.resolve("log");
  }

  /**
   * Bytes kept back for the index, on its filesystem: folders of a home may be links to others. The
   * checkpoints must lie where the index does.
   */
  Path reserve() throws IOException {
    Path real = db().toRealPath();
    return real.equals(db()) ? root.resolve("reserve") : Path.of(real + ".reserve");
  }

  /** Room for what the drive keeps: where the index, staging and the packs are. */
  public DiskSpace driveSpace() throws IOException {
    return DiskSpace.of(List.of(db(), staging(), packs()));
  }

  /** Room for what is kept for others. */
  public DiskSpace heldSpace() throws IOException {
    return DiskSpace.of(List.of(db(), held(), ledgers()));
  }

  /** Lets go of the home. */
  @Override
  public void close() throws IOException {
    lockFile.close();
    HELD.remove(root);
  }
}
