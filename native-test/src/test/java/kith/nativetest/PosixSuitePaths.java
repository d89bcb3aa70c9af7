package kith.nativetest;

import static kith.nativetest.PosixErrors.EACCES;
import static kith.nativetest.PosixErrors.EEXIST;
import static kith.nativetest.PosixErrors.ELOOP;
import static kith.nativetest.PosixErrors.ENAMETOOLONG;
import static kith.nativetest.PosixErrors.ENOENT;
import static kith.nativetest.PosixErrors.ENOTDIR;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What stands in the way of a path: every call says it by the same number. */
interface PosixSuitePaths extends PosixSuiteBase {
  /** Paths whose directory can't be reached, and what every call says of them. */
  Map<String, Long> BARRED =
      Map.ofEntries(
          Map.entry("", ENOENT),
          Map.entry("none/x", ENOENT),
          Map.entry("none/../file", ENOENT),
          Map.entry("dir/none/x", ENOENT),
          Map.entry("dangling/x", ENOENT),
          Map.entry("file/x", ENOTDIR),
          Map.entry("file/.", ENOTDIR),
          Map.entry("again/..", ENOTDIR),
          Map.entry("fifo/x", ENOTDIR),
          Map.entry("socket/x", ENOTDIR),
          Map.entry("char/x", ENOTDIR),
          Map.entry("block/x", ENOTDIR),
          Map.entry("tofile/x", ENOTDIR),
          Map.entry("tofifo/x", ENOTDIR),
          Map.entry("fulldir/inside/x", ENOTDIR),
          Map.entry("loop/x", ELOOP),
          Map.entry(PosixScene.LONGEST + "n/x", ENAMETOOLONG),
          Map.entry("dir/" + PosixScene.LONGEST + "n", ENAMETOOLONG),
          Map.entry("todir/" + PosixScene.LONGEST + "n", ENAMETOOLONG),
          Map.entry("./".repeat(2046) + "none", ENAMETOOLONG));

  @Test
  default void everyCallSaysWhyAPathIsBarred() {
    beginScene();
    PosixPathCalls.pathFirst()
        .forEach(
            (name, call) ->
                BARRED.forEach(
                    (path, expected) ->
                        expect(
                            name
                                + " barred at "
                                + path.length()
                                + path.substring(0, Math.min(20, path.length())),
                            expected,
                            PosixUser.ROOT,
                            fs -> call.on(fs, path))));
  }

  @Test
  default void everyCallNeedsSearchPermissionOnTheWay() {
    beginScene();
    for (PosixUser user : List.of(PosixUser.ALICE, PosixUser.CAROL)) {
      PosixPathCalls.pathFirst()
          .forEach(
              (name, call) -> {
                for (String path : List.of("closed/inside", "closed/none", "closed/../file")) {
                  expect(name + " behind " + path, EACCES, user, fs -> call.on(fs, path));
                }
              });
    }
  }

  @Test
  default void whatIsNotThereIsNotFound() {
    beginScene();
    PosixPathCalls.onExisting()
        .forEach(
            (name, call) -> {
              if (!PosixPathCalls.pathFirst().containsKey(name)) {
                return;
              }
              for (String path : List.of("none", "dir/none", "todir/none")) {
                expect(name + " without " + path, ENOENT, PosixUser.ROOT, fs -> call.on(fs, path));
              }
            });
  }

  @Test
  default void whatIsThereIsNotMade() {
    beginScene();
    PosixPathCalls.making()
        .forEach(
            (name, call) -> {
              for (String path : PosixScene.TARGETS.values()) {
                if (!path.endsWith("none")) {
                  expect(name + " over " + path, EEXIST, PosixUser.ROOT, fs -> call.on(fs, path));
                }
              }
            });
  }

  @Test
  default void makingNeedsWritePermission() {
    beginScene();
    PosixPathCalls.making()
        .forEach(
            (name, call) -> {
              if (name.equals("link to")) {
                return; // whether carol may link to alice's file depends on the machine
              }
              for (String path : List.of("theirs/new", "dir/new")) {
                expect(name + " at " + path, EACCES, PosixUser.CAROL, fs -> call.on(fs, path));
              }
            });
  }

  @Test
  default void theLongestNamesAndPathsCanBeUsed() {
    beginScene();
    String longest = PosixScene.LONGEST;
    for (String name : List.of(longest, "\u00ff".repeat(255), "./".repeat(2047) + "n")) {
      PosixPathCalls.making()
          .forEach(
              (what, call) -> {
                expect(what + " long", 0, PosixUser.ROOT, fs -> call.on(fs, name));
                expect(
                    what + " long is there", 0, PosixUser.ROOT, fs -> fs.statResult(name, false));
                boolean directory = what.equals("mkdir");
                expect(
                    what + " long goes",
                    0,
                    PosixUser.ROOT,
                    fs -> directory ? fs.rmdir(name) : fs.unlink(name));
              });
    }
    for (int length : new int[] {1, 59, 60, 61, 255, 256, 1000, 4094, 4095}) {
      String target = "t".repeat(length);
      expect("symlink of " + length, 0, PosixUser.ROOT, fs -> fs.symlink(target, "s" + length));
      expect("readlink of " + length, length, PosixUser.ROOT, fs -> fs.readlink("s" + length));
    }
    String tooLong = "t".repeat(4096);
    expect("symlink of 4096", ENAMETOOLONG, PosixUser.ROOT, fs -> fs.symlink(tooLong, "s"));
    expect("symlink of nothing", ENOENT, PosixUser.ROOT, fs -> fs.symlink("", "s"));
  }
}
