package kith.nativetest;

import static kith.nativetest.PosixErrors.EACCES;
import static kith.nativetest.PosixErrors.EPERM;
import static kith.nativetest.PosixUser.ALICE;
import static kith.nativetest.PosixUser.BOB;
import static kith.nativetest.PosixUser.CAROL;
import static kith.nativetest.PosixUser.ROOT;
import static kith.nativetest.PosixUser.TEAM;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may do what by a file's mode: owner, group and others, for all bits. */
interface PosixSuitePermissions extends PosixSuiteBase {
  /** Alice owns it, bob is in its group, carol is neither. */
  private static int bits(PosixUser user, int mode) {
    int shift = user.equals(ALICE) ? 6 : user.equals(BOB) ? 3 : 0;
    return user.equals(ROOT) ? 7 : (mode >> shift) & 7;
  }

  List<PosixUser> EVERYBODY = List.of(ROOT, ALICE, BOB, CAROL);

  /** What can be done with a file, and the permission bits that it takes. */
  private static Map<String, Map.Entry<Integer, PosixWorld.Call>> onFiles() {
    return Map.of(
        "open to read", Map.entry(4, fs -> fs.open("f", Posix.O_RDONLY, 0)),
        "open to write", Map.entry(2, fs -> fs.open("f", Posix.O_WRONLY, 0)),
        "open for both", Map.entry(6, fs -> fs.open("f", Posix.O_RDWR, 0)),
        "open to append", Map.entry(2, fs -> fs.open("f", Posix.O_WRONLY | Posix.O_APPEND, 0)),
        "open and truncate", Map.entry(2, fs -> fs.open("f", Posix.O_WRONLY | Posix.O_TRUNC, 0)),
        "truncate", Map.entry(2, fs -> fs.truncate("f", 1)),
        "access 4", Map.entry(4, fs -> fs.access("f", 4)),
        "access 2", Map.entry(2, fs -> fs.access("f", 2)),
        "access 6", Map.entry(6, fs -> fs.access("f", 6)),
        "touch", Map.entry(2, fs -> fs.utimens("f")));
  }

  @Test
  default void everyBitOfAFilesModeCounts() {
    checks().begin(fs -> fs.file("f", 1) + fs.chown("f", ALICE.uid(), TEAM));
    for (int triple = 0; triple < 8; triple++) {
      for (int mode : new int[] {triple << 6, triple << 3, triple, triple * 0111}) {
        checks().prepare(fs -> fs.chmod("f", mode));
        for (PosixUser user : EVERYBODY) {
          onFiles()
              .forEach(
                  (name, call) -> {
                    boolean may = (bits(user, mode) & call.getKey()) == call.getKey();
                    boolean owns = user.equals(ALICE) && name.equals("touch");
                    expect(
                        name + " with mode " + Integer.toOctalString(mode),
                        may || owns ? 0 : EACCES,
                        user,
                        call.getValue());
                  });
          long executes = user.equals(ROOT) ? mode & 0111 : bits(user, mode) & 1;
          expect(
              "access 1 with mode " + Integer.toOctalString(mode),
              executes != 0 ? 0 : EACCES,
              user,
              fs -> fs.access("f", 1));
        }
      }
    }
  }

  /** What can be done in a directory: 4 lists, 2 and 1 make and remove, 1 finds. */
  private static Map<String, Map.Entry<Integer, PosixWorld.Call>> inDirectories() {
    int create = Posix.O_CREAT | Posix.O_EXCL | Posix.O_WRONLY;
    return Map.of(
        "list", Map.entry(4, fs -> fs.open("d", Posix.O_DIRECTORY, 0)),
        "stat", Map.entry(1, fs -> fs.statResult("d/f", true)),
        "open", Map.entry(1, fs -> fs.open("d/f", Posix.O_RDONLY, 0)),
        "make and remove", Map.entry(3, fs -> fs.open("d/n", create, 0666) + fs.unlink("d/n")),
        "mkdir and rmdir", Map.entry(3, fs -> fs.mkdir("d/n", 0755) + fs.rmdir("d/n")),
        "symlink", Map.entry(3, fs -> fs.symlink("x", "d/n") + fs.unlink("d/n")),
        "link", Map.entry(3, fs -> fs.link("public", "d/n") + fs.unlink("d/n")),
        "rename", Map.entry(3, fs -> fs.rename("d/f", "d/n") + fs.rename("d/n", "d/f")),
        "move in", Map.entry(3, fs -> fs.rename("out/x", "d/x") + fs.rename("d/x", "out/x")));
  }

  @Test
  default void everyBitOfADirectorysModeCounts() {
    checks()
        .begin(
            fs -> {
              fs.chmod(".", 0777);
              fs.mkdir("d", 0777);
              fs.file("d/f", 1);
              fs.file("public", 1);
              fs.chmod("public", 0666);
              fs.mkdir("out", 0777);
              fs.chmod("out", 0777);
              fs.file("out/x", 1);
              return fs.chown("d", ALICE.uid(), TEAM);
            });
    for (int triple = 0; triple < 8; triple++) {
      for (int mode : new int[] {triple << 6, triple << 3, triple, triple * 0111}) {
        checks().prepare(fs -> fs.chmod("d", mode));
        for (PosixUser user : EVERYBODY) {
          inDirectories().forEach((name, call) -> inDirectory(user, mode, name, call));
        }
      }
    }
  }

  /** Expects of a call in the directory, which takes some bits, what its mode allows. */
  private void inDirectory(
      PosixUser user, int mode, String name, Map.Entry<Integer, PosixWorld.Call> call) {
    boolean may = (bits(user, mode) & call.getKey()) == call.getKey();
    // Those of two calls both fail
    boolean two = !List.of("list", "stat", "open").contains(name);
    boolean finds = (bits(user, mode) & 1) != 0;
    checks()
        .sameResult(
            user + ": " + name + " in mode " + Integer.toOctalString(mode),
            fs -> fs.as(user, () -> call.getValue().on(fs)));
    if (may || !two) {
      expect(
          name + " allowed in mode " + Integer.toOctalString(mode),
          may ? 0 : EACCES,
          user,
          call.getValue());
    } else if (!finds) {
      expect("stat before " + name, EACCES, user, fs -> fs.statResult("d/f", true));
    }
  }

  @Test
  default void onlyOwnersChangeModes() {
    for (String kind : List.of("file", "dir", "fifo", "socket", "char", "tofile", "todir")) {
      beginScene();
      for (int mode : new int[] {0, 0600, 0777, 01777, 02755, 04755, 06711, 07777}) {
        String name = "chmod " + kind + " to " + Integer.toOctalString(mode);
        for (PosixUser user : List.of(BOB, CAROL)) {
          expect(name, EPERM, user, fs -> fs.chmod(kind, mode));
        }
        for (PosixUser user : List.of(ROOT, ALICE)) {
          expect(name, 0, user, fs -> fs.chmod(kind, mode));
          checks().sameLines(user + ": " + name + " leaves", PosixScene::describe);
          expect(name + " again", 0, user, fs -> fs.chmod(kind, mode));
        }
      }
    }
  }

  @Test
  default void setgidIsForMembersOfTheGroup() {
    checks()
        .begin(fs -> fs.file("f", 1) + fs.mkdir("d", 0755) + fs.lchown("f", ALICE.uid(), 60_009));
    checks().prepare(fs -> fs.lchown("d", ALICE.uid(), 60_009));
    for (String path : List.of("f", "d")) {
      for (int mode : new int[] {02755, 02644, 06777}) {
        String name = "chmod " + path + " " + Integer.toOctalString(mode);
        expect(name + " by no member", 0, ALICE, fs -> fs.chmod(path, mode));
        expect(name + ": no setgid", mode & ~02000, ROOT, fs -> fs.lstat(path).mode());
        expect(name + " by root", 0, ROOT, fs -> fs.chmod(path, mode));
        expect(name + ": setgid", mode, ROOT, fs -> fs.lstat(path).mode());
      }
    }
    checks().prepare(fs -> fs.chown("f", ALICE.uid(), TEAM));
    expect("chmod by a member", 0, ALICE, fs -> fs.chmod("f", 02755));
    expect("chmod by a member: setgid", 02755, ROOT, fs -> fs.lstat("f").mode());
  }

  @Test
  default void ownersGiveFilesToTheirGroupsOnly() {
    for (String path : List.of("file", "dir", "fifo", "tofile", "todir")) {
      beginScene();
      expect("chown " + path, EPERM, ALICE, fs -> fs.chown(path, BOB.uid(), -1));
      expect("chown back " + path, 0, ALICE, fs -> fs.chown(path, ALICE.uid(), -1));
      expect("chgrp to another " + path, EPERM, ALICE, fs -> fs.chown(path, -1, BOB.group()));
      expect("chgrp to own " + path, 0, ALICE, fs -> fs.chown(path, -1, TEAM));
      expect("chown by another " + path, EPERM, CAROL, fs -> fs.chown(path, CAROL.uid(), -1));
      expect("chgrp by another " + path, EPERM, CAROL, fs -> fs.chown(path, -1, CAROL.group()));
      expect("chown by root " + path, 0, ROOT, fs -> fs.chown(path, 0x7ffffff0, 0x7ffffff1));
      checks().sameLines("chown " + path + " leaves", PosixScene::describe);
    }
  }
}
