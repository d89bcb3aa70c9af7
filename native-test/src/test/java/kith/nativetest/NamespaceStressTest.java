package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import kith.fs.FileKind;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several threads at random operations on names in the same directories; then everything must fit
 * together. {@code -Dkith.stress.ops=} lengthens it, {@code -Dkith.stress.seed=} sets its seed.
 */
final class NamespaceStressTest {
  private static final int OPERATIONS = Integer.getInteger("kith.stress.ops", 3_000);
  private static final int THREADS = 4;

  @TempDir static Path folder;
  private static MountedProcess mounted;

  @BeforeAll
  static void mount() throws IOException {
    mounted = MountedProcess.start(Binding.LOW_LEVEL, DriveSource.class, folder, "");
  }

  @AfterAll
  static void unmount() throws IOException {
    mounted.close();
  }

  @Test
  void whatManyThreadsLeaveFitsTogether() throws Exception {
    long seed = Long.getLong("kith.stress.seed", System.nanoTime());
    var pool = Executors.newFixedThreadPool(THREADS);
    try {
      List<Callable<Integer>> jobs = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        var random = new Random(seed + i);
        jobs.add(() -> work(random));
      }
      int done = 0;
      for (Future<Integer> job : pool.invokeAll(jobs)) {
        done += job.get();
      }
      assertEquals("", findings(), "seed " + seed + ", " + done + " operations that succeeded");
    } finally {
      pool.shutdownNow();
    }
  }

  /** Returns how many operations succeeded. */
  private static int work(Random random) {
    Posix posix = Posix.load();
    var world = new PosixThread(posix);
    var fs = new PosixCalls(posix, world);
    try {
      return world.run(
          () -> {
            fs.chdir(folder.toString());
            int done = 0;
            for (int i = 0; i < OPERATIONS; i++) {
              done += step(fs, random) >= 0 ? 1 : 0;
            }
            return done;
          });
    } finally {
      world.close();
    }
  }

  private static String path(Random random) {
    var path = new StringBuilder();
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      path.append("abc".charAt(random.nextInt(3))).append('/');
    }
    return path.append("abcdef".charAt(random.nextInt(6))).toString();
  }

  private static long step(PosixCalls fs, Random random) {
    String path = path(random);
    String other = path(random);
    int create = Posix.O_CREAT | Posix.O_RDWR;
    return switch (random.nextInt(14)) {
      case 0, 1 -> fs.mkdir(path, 0755);
      case 2, 3 -> fs.withFile(path, create, 0644, fd -> fs.write(fd, 100, random.nextInt(9000)));
      case 4 -> fs.symlink(other, path);
      case 5 -> fs.mknod(path, FileKind.FIFO, 0644, 0);
      case 6, 7 -> fs.link(path, other);
      case 8 -> fs.unlink(path);
      case 9 -> fs.rmdir(path);
      case 10 -> fs.rename(path, other, 1);
      case 11 -> fs.rename(path, other, 2);
      case 12 -> fs.withFile(path, Posix.O_RDWR, 0, fd -> fs.unlink(path) + fs.write(fd, 5, 0));
      default -> fs.rename(path, other);
    };
  }

  /** Walks the tree and tells what doesn't fit: nothing if all is well. */
  private static String findings() throws IOException {
    return Shell.run(
        "cd '"
            + folder
            + "' && python3 - <<'END'\n"
            + """
            import os, stat
            links, counts = {}, {}
            def walk(d):
                names = os.listdir(d)
                if len(set(names)) != len(names): print('listed twice', d)
                subdirectories = 0
                inode = os.stat(d).st_ino
                for n in os.scandir(d):
                    p = os.path.join(d, n.name); s = os.lstat(p)
                    if n.inode() != s.st_ino: print('another inode', p)
                    if n.is_dir(follow_symlinks=False) != stat.S_ISDIR(s.st_mode): print('kind', p)
                    if stat.S_ISDIR(s.st_mode):
                        subdirectories += 1
                        if os.stat(p + '/..').st_ino != inode: print('parent', p)
                        walk(p)
                    else:
                        links[s.st_ino] = s.st_nlink
                        counts[s.st_ino] = counts.get(s.st_ino, 0) + 1
                        if stat.S_ISREG(s.st_mode) and len(open(p, 'rb').read()) != s.st_size:
                            print('length', p)
                if os.stat(d).st_nlink != 2 + subdirectories: print('links', d)
            walk('.')
            for i in links:
                if links[i] != counts[i]: print('inode', i, links[i], 'links', counts[i], 'names')
            END
            """);
  }
}
