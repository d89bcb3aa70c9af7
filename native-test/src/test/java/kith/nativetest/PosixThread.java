package kith.nativetest;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A thread with a working directory, a umask and an identity of its own, which makes calls for the
 * tests. Identities are changed by raw system calls, so that only this thread has them.
 */
final class PosixThread implements AutoCloseable {
  private static final int CLONE_FS = 0x200;
  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final long SETGROUPS = ARM ? 159 : 116;
  private static final long SETRESUID = ARM ? 147 : 117;
  private static final long SETRESGID = ARM ? 149 : 119;

  private final Posix posix;
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            var made = new Thread(task, "kith-test-posix");
            made.setDaemon(true);
            return made;
          });

  PosixThread(Posix posix) {
    this.posix = posix;
    run(
        () -> {
          require(posix.unshare(CLONE_FS), "unshare");
          become(PosixUser.ALICE);
          become(PosixUser.ROOT);
          return null;
        });
  }

  /** Runs a task in the thread, as root, and waits. */
  <T> T run(Callable<T> task) {
    try {
      return thread.submit(task).get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Changes who the thread is; within the thread. Real and saved ids stay root's. */
  void become(PosixUser user) {
    require(posix.syscall(SETRESUID, -1, 0, -1), "setresuid");
    int[] groups = user.uid() == 0 ? new int[0] : new int[] {user.team()};
    require(posix.syscall(SETGROUPS, groups.length, groups, 0), "setgroups");
    require(posix.syscall(SETRESGID, -1, user.group(), -1), "setresgid");
    if (user.uid() != 0) {
      require(posix.syscall(SETRESUID, -1, user.uid(), -1), "setresuid");
    }
  }

  private static void require(long result, String call) {
    if (result < 0) {
      throw new IllegalStateException(call + " failed: the tests run as root");
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
