package kith.nativetest;

import static kith.nativetest.PosixUser.ALICE;
import static kith.nativetest.PosixUser.CAROL;
import static kith.nativetest.PosixUser.ROOT;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kith.fs.FileKind;
import org.junit.jupiter.api.Test;

/** When setuid, setgid and file capabilities go. */
interface PosixSuitePrivileges extends PosixSuiteBase {
  List<Integer> MODES =
      List.of(0777, 04777, 02777, 02767, 06777, 06767, 01777, 04666, 02666, 07777);

  /** Ways to change content. */
  private static Map<String, PosixWorld.Call> changes() {
    Map<String, PosixWorld.Call> calls = new LinkedHashMap<>();
    int rw = Posix.O_RDWR;
    calls.put("write", fs -> fs.withFile("f", rw, 0, fd -> fs.write(fd, 3, 0)));
    calls.put("append", fs -> fs.withFile("f", rw | Posix.O_APPEND, 0, fd -> fs.write(fd, 3, 0)));
    calls.put("write nothing", fs -> fs.withFile("f", rw, 0, fd -> fs.write(fd, 0, 0)));
    calls.put("read", fs -> fs.withFile("f", rw, 0, fd -> fs.read(fd, 3, 0)));
    calls.put("open and truncate", fs -> fs.open("f", rw | Posix.O_TRUNC, 0));
    calls.put("truncate", fs -> fs.truncate("f", 1));
    calls.put("truncate to the same", fs -> fs.truncate("f", 10));
    calls.put("lengthen", fs -> fs.truncate("f", 9999));
    calls.put("ftruncate", fs -> fs.withFile("f", rw, 0, fd -> fs.ftruncate(fd, 1)));
    calls.put("touch", fs -> fs.utimens("f"));
    calls.put("link", fs -> fs.link("f", "g") + fs.unlink("g"));
    return calls;
  }

  @Test
  default void contentThatChangesTakesPrivilegesAway() {
    checks().begin(fs -> fs.chmod(".", 0777));
    for (int mode : MODES) {
      for (PosixUser user : List.of(ROOT, ALICE, CAROL)) {
        changes()
            .forEach(
                (name, call) -> {
                  checks().prepare(fs -> remake(fs, mode));
                  String text = user + ": " + name + " of mode " + Integer.toOctalString(mode);
                  checks().sameResult(text, fs -> fs.as(user, () -> call.on(fs)));
                  checks()
                      .same(text + " leaves", fs -> Integer.toOctalString(fs.lstat("f").mode()));
                });
      }
    }
  }

  private static long remake(PosixCalls fs, int mode) {
    fs.unlink("f");
    fs.file("f", 10);
    fs.chown("f", ALICE.uid(), PosixUser.TEAM);
    return fs.chmod("f", mode);
  }

  @Test
  default void ownersThatChangeTakePrivilegesAway() {
    checks().begin(fs -> fs.chmod(".", 0777));
    for (FileKind kind : List.of(FileKind.REGULAR, FileKind.DIRECTORY, FileKind.FIFO)) {
      for (int mode : MODES) {
        for (int[] ids : new int[][] {{60_009, 60_009}, {60_009, -1}, {-1, PosixUser.TEAM}}) {
          for (PosixUser user : List.of(ROOT, ALICE)) {
            chown(kind, mode, ids, user);
          }
        }
      }
    }
  }

  private void chown(FileKind kind, int mode, int[] ids, PosixUser user) {
    String text = kind + " of " + Integer.toOctalString(mode) + " chown " + ids[0] + " " + ids[1];
    checks()
        .prepare(
            fs -> {
              boolean directory = kind == FileKind.DIRECTORY;
              long made = directory ? fs.mkdir("o", 0) : fs.mknod("o", kind, 0, 0);
              fs.chown("o", ALICE.uid(), ALICE.group());
              return made + fs.chmod("o", mode);
            });
    checks().sameResult(user + ": " + text, fs -> fs.as(user, () -> fs.chown("o", ids[0], ids[1])));
    checks().same(user + ": " + text + " leaves", fs -> fs.lstat("o").brief());
    checks().prepare(fs -> kind == FileKind.DIRECTORY ? fs.rmdir("o") : fs.unlink("o"));
  }

  @Test
  default void writingTakesCapabilitiesAway() {
    byte[] capability = new byte[20];
    capability[0] = 1;
    capability[3] = 2;
    capability[5] = 4;
    checks().begin(fs -> fs.chmod(".", 0777));
    for (PosixUser user : List.of(ROOT, ALICE)) {
      changes()
          .forEach(
              (name, call) -> {
                checks()
                    .prepare(
                        fs ->
                            remake(fs, 0777) + fs.setxattr("f", "security.capability", capability));
                checks().prepare(fs -> fs.as(user, () -> call.on(fs)));
                checks()
                    .sameResult(
                        user + ": capability after " + name,
                        fs -> fs.getxattr("f", "security.capability", 64));
              });
    }
  }
}
