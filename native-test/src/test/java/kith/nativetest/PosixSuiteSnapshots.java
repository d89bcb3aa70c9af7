package kith.nativetest;

import static kith.nativetest.PosixErrors.EBUSY;
import static kith.nativetest.PosixErrors.EEXIST;
import static kith.nativetest.PosixErrors.EROFS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** In snapshots nothing changes, and their folder stays where it is. */
interface PosixSuiteSnapshots extends PosixSuiteBase {
  /** Goes into a snapshot of the scene that is in the working directory. */
  private void intoSnapshot() {
    beginScene();
    checks()
        .prepareHere(
            fs -> {
              assertEquals(0, fs.mkdir("../.snapshots/posix", 0755));
              return fs.chdir("../.snapshots/posix/" + 0);
            });
  }

  @Test
  default void everyChangeOfTheFrozenIsRefused() {
    intoSnapshot();
    PosixPathCalls.all()
        .forEach(
            (name, call) -> {
              if (!PosixPathCalls.isReading(name) && !name.startsWith("open")) {
                refuse(name, call);
              }
            });
    int[] flags = {Posix.O_WRONLY, Posix.O_RDWR, Posix.O_TRUNC, Posix.O_RDWR | Posix.O_APPEND};
    for (int flag : flags) {
      checks().expectHere("frozen: open with " + flag, EROFS, fs -> fs.open("file", flag, 0));
    }
    checks()
        .expectHere("frozen: read", 10, fs -> fs.withFile("file", 0, 0, fd -> fs.read(fd, 99, 0)));
    checks().expectHere("frozen: create", EROFS, fs -> fs.open("n", Posix.O_CREAT | 2, 0644));
    checks().prepareHere(fs -> fs.chdir("../../..") + fs.rmdir(".snapshots/posix"));
  }

  private void refuse(String name, PosixPathCalls.Call call) {
    boolean makes = PosixPathCalls.making().containsKey(name);
    String path = makes ? "none" : name.equals("rmdir") ? "dir" : "file";
    boolean passes =
        name.matches(
            ".*nothing|chown to nobody new|.*-1|removexattr|setxattr other|.*replacing|.*lsetx.*");
    if (!passes && !name.matches("rename (dir )?to")) {
      checks().expectHere("frozen: " + name, EROFS, fs -> call.on(fs, path));
    }
  }

  @Test
  default void theFolderOfSnapshotsStays() {
    beginScene();
    String folder = "../.snapshots";
    for (String to : List.of("../elsewhere", "elsewhere")) {
      checks().expectHere("folder renamed to " + to, EBUSY, fs -> fs.rename(folder, to));
    }
    checks().expectHere("folder removed", EBUSY, fs -> fs.rmdir(folder));
    checks().expectHere("folder made", EEXIST, fs -> fs.mkdir(folder, 0755));
    checks().expectHere("file in it", EROFS, fs -> fs.file(folder + "/f", 1));
    checks().expectHere("folder of that name elsewhere", 0, fs -> fs.mkdir(".snapshots", 0755));
    checks().expectHere("and gone", 0, fs -> fs.rmdir(".snapshots"));
  }
}
