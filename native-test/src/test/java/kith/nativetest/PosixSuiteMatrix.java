package kith.nativetest;

import static kith.nativetest.PosixUser.ALICE;
import static kith.nativetest.PosixUser.CAROL;
import static kith.nativetest.PosixUser.ROOT;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Every call on every kind of file, by different users: as in an ordinary filesystem. */
interface PosixSuiteMatrix extends PosixSuiteBase {
  private void everywhere(PosixUser user, String name, PosixPathCalls.Call call) {
    for (Map.Entry<String, String> target : PosixScene.TARGETS.entrySet()) {
      boolean device = target.getKey().equals("char") || target.getKey().equals("block");
      if (device && name.startsWith("open")) {
        continue; // the mount is nodev
      }
      check(
          name,
          user + ": " + name + ": " + target.getKey(),
          fs -> fs.as(user, () -> call.on(fs, target.getValue())));
    }
  }

  private void check(String call, String name, PosixWorld.Call act) {
    if (PosixPathCalls.isReading(call)) {
      sameReading(name, act);
    } else {
      sameInScene(name, act);
    }
  }

  private void everyCallEverywhere(PosixUser user) {
    beginScene();
    PosixPathCalls.all().forEach((name, call) -> everywhere(user, name, call));
  }

  @Test
  default void rootMakesEveryCallOnEveryKindOfFile() {
    everyCallEverywhere(ROOT);
  }

  @Test
  default void anOwnerMakesEveryCallOnEveryKindOfFile() {
    everyCallEverywhere(ALICE);
  }

  @Test
  default void anotherUserMakesEveryCallOnEveryKindOfFile() {
    everyCallEverywhere(CAROL);
  }

  @Test
  default void everyCallOnOddPaths() {
    beginScene();
    for (Map.Entry<String, PosixPathCalls.Call> call : PosixPathCalls.all().entrySet()) {
      for (String path : PosixScene.ODD_PATHS) {
        boolean elsewhere = path.equals("/") || path.equals("..");
        if (elsewhere && !call.getKey().matches("mk.*|symlink|create|stat|unlink|rmdir")) {
          continue; // nobody else's directories are changed
        }
        check(
            call.getKey(),
            call.getKey() + " at " + shortened(path),
            fs -> call.getValue().on(fs, path));
      }
    }
  }

  private static String shortened(String path) {
    return path.length() > 40 ? path.substring(0, 10) + "...(" + path.length() + ")" : path;
  }

  @Test
  default void renamingEveryKindToEveryKind() {
    pairs("rename", ROOT, (fs, from, to) -> fs.rename(from, to));
    pairs("rename", ALICE, (fs, from, to) -> fs.rename(from, to));
  }

  @Test
  default void renamingWithoutReplacing() {
    pairs("rename without replacing", ROOT, (fs, from, to) -> fs.rename(from, to, 1));
  }

  @Test
  default void exchangingEveryKindWithEveryKind() {
    pairs("exchange", ROOT, (fs, from, to) -> fs.rename(from, to, 2));
    pairs("exchange", ALICE, (fs, from, to) -> fs.rename(from, to, 2));
  }

  @Test
  default void linkingEveryKindToEveryName() {
    pairs("link", ROOT, (fs, from, to) -> fs.link(from, to));
    pairs("link", CAROL, (fs, from, to) -> fs.link(from, to));
  }

  /** A call on two paths. */
  @FunctionalInterface
  interface PairCall {
    long on(PosixCalls fs, String from, String to);
  }

  /** Paths for calls that take two. */
  List<String> PAIRED =
      List.of(
          "file",
          "again",
          "dir",
          "fulldir",
          "fulldir/inside",
          "fifo",
          "socket",
          "tofile",
          "todir",
          "dangling",
          "loop",
          "none",
          "dir/none",
          "theirs",
          "sticky/theirs",
          "sticky/mine",
          "closed/inside",
          "file/",
          "dir/",
          "dir/.",
          "dir/none/",
          "fulldir/deeper");

  private void pairs(String name, PosixUser user, PairCall call) {
    beginScene();
    for (String from : PAIRED) {
      for (String to : PAIRED) {
        sameInScene(
            user + ": " + name + ": " + from + " to " + to,
            fs -> fs.as(user, () -> call.on(fs, from, to)));
      }
    }
  }

  @Test
  default void openingWithAllFlags() {
    beginScene();
    int[] optional = {
      Posix.O_CREAT,
      Posix.O_EXCL,
      Posix.O_TRUNC,
      Posix.O_DIRECTORY,
      Posix.O_NOFOLLOW,
      Posix.O_APPEND
    };
    for (String path :
        List.of(
            "file",
            "dir",
            "fifo",
            "socket",
            "tofile",
            "todir",
            "dangling",
            "loop",
            "none",
            "dir/none",
            "theirs",
            "secret",
            "file/",
            "dir/",
            "none/")) {
      for (int choice = 0; choice < 3 << optional.length; choice++) {
        int flags = choice % 3 | Posix.O_NONBLOCK;
        for (int i = 0; i < optional.length; i++) {
          flags |= (((choice / 3) >> i) & 1) == 0 ? 0 : optional[i];
        }
        openInScene(path, flags);
      }
    }
  }

  private void openInScene(String path, int flags) {
    String name = "open " + path + " with " + Integer.toOctalString(flags);
    var results = checks().sameResult(name, fs -> fs.as(ALICE, () -> fs.open(path, flags, 0640)));
    if (results.anySuccess() && (flags & (Posix.O_CREAT | Posix.O_TRUNC)) != 0) {
      checks().same(name + " leaves", fs -> brief(fs.lstat("none")) + brief(fs.lstat("file")));
      beginScene();
    }
  }

  private static String brief(PosixStat stat) {
    return stat == null ? "nothing" : stat.brief();
  }
}
