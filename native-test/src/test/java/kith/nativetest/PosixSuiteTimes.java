package kith.nativetest;

import static kith.nativetest.PosixErrors.EACCES;
import static kith.nativetest.PosixErrors.EINVAL;
import static kith.nativetest.PosixErrors.EPERM;
import static kith.nativetest.PosixUser.ALICE;
import static kith.nativetest.PosixUser.BOB;
import static kith.nativetest.PosixUser.CAROL;
import static kith.nativetest.PosixUser.ROOT;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kith.fs.FileKind;
import kith.nativetest.PosixCalls.Time;
import org.junit.jupiter.api.Test;

/** Times: who sets them, which values, and which calls move which of them on. */
interface PosixSuiteTimes extends PosixSuiteBase {
  Time PAST = new Time(1_234_567_890, 987_654_321);

  @Test
  default void whoOwnsAFileSetsItsTimes() {
    List<Time> values = List.of(PAST, Time.NOW, Time.OMIT);
    for (String path : List.of("file", "dir", "fifo", "tofile", "todir")) {
      beginScene();
      checks().prepare(fs -> fs.chmod(path, 0664) + fs.chown(path, -1, BOB.group()));
      for (var pair : PosixSuiteBase.pairs(values, values)) {
        boolean none = pair.first().equals(Time.OMIT) && pair.second().equals(Time.OMIT);
        boolean now = pair.first().equals(Time.NOW) && pair.second().equals(Time.NOW);
        String name = "utimens " + path + " " + pair.first() + " " + pair.second();
        PosixWorld.Call call = fs -> fs.utimens(path, pair.first(), pair.second(), true);
        expect(name, 0, ROOT, call);
        expect(name, 0, ALICE, call);
        expect(name + " by who may write", none || now ? 0 : EPERM, BOB, call);
        expect(name + " by who may not", none ? 0 : now ? EACCES : EPERM, CAROL, call);
      }
    }
  }

  @Test
  default void timesAreKeptToTheNanosecond() {
    // ext4 ends in 2446 and the drive doesn't: both keep these
    long[] seconds = {0, 1, -1, -315_619_200, 2_147_483_647L, 2_147_483_648L, 4_294_967_296L};
    long[] nanos = {0, 1, 999_999_999, 500_000_000};
    beginScene();
    for (String path : List.of("file", "dir", "fifo", "char", "tofile", "dangling")) {
      for (long second : seconds) {
        for (long nano : nanos) {
          Time time = new Time(second, nano);
          String name = path + " at " + second + "." + nano;
          expect(name, 0, ROOT, fs -> fs.utimens(path, time, PAST, false));
          checks().same(name + ": atime", fs -> fs.lstat(path).atime());
          expect(name + " mtime", 0, ROOT, fs -> fs.utimens(path, Time.OMIT, time, false));
          checks()
              .same(name + ": both", fs -> fs.lstat(path).atime() + " " + fs.lstat(path).mtime());
        }
      }
    }
    Time late = new Time(20_000_000_000L, 5);
    checks().expectHere("beyond ext4's times", 0, fs -> fs.utimens("file", late, late, true));
    checks()
        .expectHere(
            "beyond ext4's times: mtime",
            20_000_000_000L,
            fs -> fs.lstat("file").mtime().seconds());
    for (long nano : new long[] {-1, 1_000_000_000L, Long.MAX_VALUE}) {
      expect(
          "utimens " + nano, EINVAL, ROOT, fs -> fs.utimens("file", new Time(1, nano), PAST, true));
      expect(
          "utimens m" + nano,
          EINVAL,
          ROOT,
          fs -> fs.utimens("file", PAST, new Time(1, nano), true));
    }
    expect(
        "futimens", 0, ALICE, fs -> fs.withFile("file", 0, 0, fd -> fs.futimens(fd, PAST, PAST)));
    checks()
        .same("futimens: both", fs -> fs.lstat("file").atime() + " " + fs.lstat("file").mtime());
  }

  /** Calls on files; a path and the letters of the times that move on tell what they leave. */
  private static Map<String, PosixWorld.Call> fileCalls() {
    Map<String, PosixWorld.Call> calls = new LinkedHashMap<>();
    int rw = Posix.O_RDWR;
    calls.put("write: file mc", fs -> fs.withFile("file", rw, 0, fd -> fs.write(fd, 3, 0) - 3));
    calls.put("write nothing: file", fs -> fs.withFile("file", rw, 0, fd -> fs.write(fd, 0, 0)));
    calls.put("read: file a", fs -> fs.withFile("file", 0, 0, fd -> fs.read(fd, 3, 0) - 3));
    calls.put("open: file", fs -> fs.open("file", rw, 0));
    calls.put("open and truncate: file mc", fs -> fs.open("file", rw | Posix.O_TRUNC, 0));
    calls.put("truncate: file mc", fs -> fs.truncate("file", 3));
    calls.put("ftruncate: file mc", fs -> fs.withFile("file", rw, 0, fd -> fs.ftruncate(fd, 3)));
    calls.put(
        "ftruncate to the same: file mc",
        fs -> fs.withFile("file", rw, 0, fd -> fs.ftruncate(fd, 10)));
    calls.put("chmod: file c", fs -> fs.chmod("file", 0600));
    calls.put("chmod to the same: file c", fs -> fs.chmod("file", 0644));
    calls.put("chown: file c", fs -> fs.chown("file", 5, 5));
    calls.put(
        "utimens: file c", fs -> fs.utimens("file", Time.of(PosixCalls.LONG_AGO), Time.OMIT, true));
    calls.put("setxattr: file c", fs -> fs.setxattr("file", "user.x", 1, 0));
    calls.put("getxattr: file", fs -> Math.max(0, fs.getxattr("file", "user.x", 1)));
    calls.put("readlink: tofile a", fs -> Math.min(0, fs.readlink("tofile")));
    calls.put("fsync: file", fs -> fs.withFile("file", rw, 0, fs::fsync));
    return calls;
  }

  /** The same of calls on names. */
  private static Map<String, PosixWorld.Call> nameCalls() {
    Map<String, PosixWorld.Call> calls = new LinkedHashMap<>();
    int rw = Posix.O_RDWR;
    calls.put("link: file c", fs -> fs.link("file", "dir/l"));
    calls.put("link: dir mc", fs -> fs.link("file", "dir/l"));
    calls.put("unlink: file c", fs -> fs.unlink("again"));
    calls.put("unlink: . mc", fs -> fs.unlink("again"));
    calls.put("rename: file c", fs -> fs.rename("file", "dir/f") + fs.rename("dir/f", "file"));
    calls.put("rename: dir mc", fs -> fs.rename("file", "dir/f"));
    calls.put("rename: . mc", fs -> fs.rename("file", "dir/f"));
    calls.put("rename over: again c", fs -> fs.rename("fifo", "file"));
    calls.put(
        "rename of a dir: fulldir/inside",
        fs -> fs.rename("fulldir", "f2") + fs.rename("f2", "fulldir"));
    calls.put("rename to itself: file", fs -> fs.rename("file", "again"));
    calls.put("mkdir: . mc", fs -> fs.mkdir("none", 0755));
    calls.put("rmdir: . mc", fs -> fs.rmdir("dir"));
    calls.put("mkfifo: dir mc", fs -> fs.mknod("dir/none", FileKind.FIFO, 0644, 0));
    calls.put("symlink: dir mc", fs -> fs.symlink("x", "dir/none"));
    calls.put("create: dir mc", fs -> fs.open("dir/none", rw | Posix.O_CREAT, 0644));
    calls.put("open or create: dir", fs -> fs.open("fulldir/inside", rw | Posix.O_CREAT, 0644));
    calls.put("mkdir over: .", fs -> Math.max(0, fs.mkdir("file", 0755)));
    calls.put("unlink nothing: .", fs -> Math.max(0, fs.unlink("none")));
    calls.put("rmdir what is full: fulldir", fs -> Math.max(0, fs.rmdir("fulldir")));
    return calls;
  }

  @Test
  default void callsOnFilesMoveTimesOn() {
    fileCalls().forEach(this::expectLeft);
  }

  @Test
  default void callsOnNamesMoveTimesOn() {
    nameCalls().forEach(this::expectLeft);
  }

  private void expectLeft(String name, PosixWorld.Call call) {
    beginScene();
    expect(name, 0, ROOT, call);
    String[] leaves = name.substring(name.indexOf(": ") + 2).split(" ", 2);
    String expected = leaves.length == 1 ? "" : leaves[1];
    expect(name + " indeed", 1, ROOT, fs -> moved(fs, leaves[0]).equals(expected) ? 1L : 0L);
  }

  private static String moved(PosixCalls fs, String path) {
    PosixStat stat = fs.lstat(path);
    return (stat.atime().equals(PosixCalls.LONG_AGO) ? "" : "a")
        + (stat.mtime().equals(PosixCalls.LONG_AGO) ? "" : "m")
        + (stat.ctime().equals(fs.remembered().get(path)) ? "" : "c");
  }

  @Test
  default void whatFailsMovesNoTimesOn() {
    beginScene();
    List<PosixWorld.Call> calls =
        List.of(
            fs -> fs.chmod("file", 0777),
            fs -> fs.chown("file", 1, 1),
            fs -> fs.truncate("file", 0),
            fs -> fs.utimens("file"),
            fs -> fs.unlink("sticky/theirs"),
            fs -> fs.rename("sticky/theirs", "sticky/x"),
            fs -> fs.mkdir("theirs/x", 0755),
            fs -> fs.link("none", "sticky/x"),
            fs -> fs.setxattr("file", "user.x", 1, 0));
    for (int i = 0; i < calls.size(); i++) {
      PosixWorld.Call call = calls.get(i);
      expect("failure " + i, 1, CAROL, fs -> call.on(fs) < 0 ? 1L : 0L);
      checks().sameLines("failure " + i + " leaves", PosixScene::describe);
    }
  }
}
