package kith.nativetest;

import static kith.nativetest.PosixErrors.EACCES;
import static kith.nativetest.PosixErrors.EPERM;
import static kith.nativetest.PosixUser.ALICE;
import static kith.nativetest.PosixUser.BOB;
import static kith.nativetest.PosixUser.CAROL;
import static kith.nativetest.PosixUser.ROOT;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may take names away, in sticky and in other directories. */
interface PosixSuiteSticky extends PosixSuiteBase {
  /** Calls that take a name away, each with the kind of what has it. */
  private static Map<String, PosixWorld.Call> removals() {
    Map<String, PosixWorld.Call> calls = new LinkedHashMap<>();
    calls.put("unlink", fs -> fs.unlink("d/file"));
    calls.put("unlink a link", fs -> fs.unlink("d/link"));
    calls.put("unlink a fifo", fs -> fs.unlink("d/fifo"));
    calls.put("rmdir", fs -> fs.rmdir("d/dir"));
    calls.put("rename", fs -> fs.rename("d/file", "d/new"));
    calls.put("rename away", fs -> fs.rename("d/file", "open/new"));
    calls.put("rename a dir", fs -> fs.rename("d/dir", "d/new"));
    calls.put("rename over", fs -> fs.rename("open/mine", "d/file"));
    calls.put("rename over a dir", fs -> fs.rename("open/minedir", "d/dir"));
    return calls;
  }

  /** A case: who owns the directory and what is in it. */
  record Owners(int mode, PosixUser directory, PosixUser file) {}

  private static void make(PosixCalls fs, Owners owners, PosixUser caller) {
    fs.mkdir("d", 0777);
    fs.mkdir("open", 0777);
    fs.chmod("open", 0777);
    fs.file("d/file", 1);
    fs.symlink("x", "d/link");
    fs.mknod("d/fifo", kith.fs.FileKind.FIFO, 0644, 0);
    fs.mkdir("d/dir", 0755);
    for (String name : List.of("d/file", "d/link", "d/fifo", "d/dir")) {
      fs.lchown(name, owners.file.uid(), owners.file.group());
    }
    fs.file("open/mine", 1);
    fs.mkdir("open/minedir", 0755);
    fs.lchown("open/mine", caller.uid(), caller.group());
    fs.lchown("open/minedir", caller.uid(), caller.group());
    fs.lchown("d", owners.directory.uid(), owners.directory.group());
    fs.chmod("d", owners.mode);
  }

  private static boolean mayRemove(Owners owners, PosixUser caller) {
    return (owners.mode & 01000) == 0
        || caller.equals(ROOT)
        || caller.equals(owners.directory)
        || caller.equals(owners.file);
  }

  @Test
  default void aStickyDirectoryLetsOnlyOwnersRemove() {
    for (int mode : new int[] {01777, 0777, 01770, 01755}) {
      for (var pair : PosixSuiteBase.pairs(List.of(ROOT, ALICE, BOB), List.of(ROOT, ALICE, BOB))) {
        for (PosixUser caller : List.of(ROOT, ALICE, CAROL)) {
          remove(new Owners(mode, pair.first(), pair.second()), caller);
        }
      }
    }
  }

  private void remove(Owners owners, PosixUser caller) {
    checks()
        .begin(
            fs -> {
              make(fs, owners, caller);
              return null;
            });
    boolean mayWrite =
        (owners.mode & 0002) != 0 || caller.equals(ROOT) || caller.equals(owners.directory);
    boolean searches = (owners.mode & 0001) != 0 || mayWrite;
    removals()
        .forEach(
            (name, call) -> {
              long denied = searches && mayWrite ? EPERM : EACCES;
              long expected = mayWrite && mayRemove(owners, caller) ? 0 : denied;
              expect(name + " " + owners, expected, caller, call);
              if (expected == 0) {
                checks()
                    .begin(
                        fs -> {
                          make(fs, owners, caller);
                          return null;
                        });
              }
            });
  }

  @Test
  default void aDirectoryThatMovesElsewhereMustBeWritable() {
    for (int mode : new int[] {0755, 0555}) {
      checks()
          .begin(
              fs -> {
                fs.chmod(".", 0777);
                fs.mkdir("moved", 0755);
                fs.mkdir("to", 0777);
                fs.chmod("to", 0777);
                fs.chmod("moved", mode);
                return fs.chown("moved", ALICE.uid(), ALICE.group());
              });
      String name = "move a directory of mode " + Integer.toOctalString(mode);
      expect(name + " by carol", EACCES, CAROL, fs -> fs.rename("moved", "to/x"));
      expect(name + " within", 0, CAROL, fs -> fs.rename("moved", "moved2"));
      long expected = mode == 0755 ? 0 : EACCES;
      expect(name + " by its owner", expected, ALICE, fs -> fs.rename("moved2", "to/x"));
    }
  }
}
