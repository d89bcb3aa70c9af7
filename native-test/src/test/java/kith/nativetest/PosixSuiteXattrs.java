package kith.nativetest;

import static kith.nativetest.PosixErrors.EACCES;
import static kith.nativetest.PosixErrors.EEXIST;
import static kith.nativetest.PosixErrors.EINVAL;
import static kith.nativetest.PosixErrors.ENODATA;
import static kith.nativetest.PosixErrors.EOPNOTSUPP;
import static kith.nativetest.PosixErrors.EPERM;
import static kith.nativetest.PosixErrors.ERANGE;
import static kith.nativetest.PosixUser.ALICE;
import static kith.nativetest.PosixUser.CAROL;
import static kith.nativetest.PosixUser.ROOT;

import java.util.List;
import kith.fs.TestLists;
import org.junit.jupiter.api.Test;

/** Extended attributes and access control lists, as far as programs see them. */
interface PosixSuiteXattrs extends PosixSuiteBase {
  @Test
  default void attributesAreSetAndRead() {
    beginScene();
    for (String path : List.of("file", "dir", "tofile", "todir")) {
      expect("user " + path, 0, ALICE, fs -> fs.setxattr(path, "user.a", 5, 0));
      expect("user length " + path, 5, CAROL, fs -> fs.getxattr(path, "user.a", 0));
      expect("user value " + path, 5, CAROL, fs -> fs.getxattr(path, "user.a", 5));
      expect("no room " + path, ERANGE, CAROL, fs -> fs.getxattr(path, "user.a", 4));
      expect("no room for names " + path, ERANGE, CAROL, fs -> fs.listxattr(path, 3));
      expect("user by another " + path, EACCES, CAROL, fs -> fs.setxattr(path, "user.a", 5, 0));
      expect("create again " + path, EEXIST, ALICE, fs -> fs.setxattr(path, "user.a", 5, 1));
      expect("replace " + path, 0, ALICE, fs -> fs.setxattr(path, "user.a", 0, 2));
      expect("replace none " + path, ENODATA, ALICE, fs -> fs.setxattr(path, "user.b", 5, 2));
      expect("get none " + path, ENODATA, ALICE, fs -> fs.getxattr(path, "user.b", 5));
      expect("remove " + path, 0, ALICE, fs -> fs.removexattr(path, "user.a"));
      expect("remove again " + path, ENODATA, ALICE, fs -> fs.removexattr(path, "user.a"));
    }
  }

  @Test
  default void attributesHaveNamespaces() {
    beginScene();
    for (String path : List.of("file", "dir", "tofile", "todir")) {
      expect("trusted by alice " + path, EPERM, ALICE, fs -> fs.setxattr(path, "trusted.a", 5, 0));
      expect("trusted " + path, 0, ROOT, fs -> fs.setxattr(path, "trusted.a", 5, 0));
      expect(
          "trusted read by alice " + path, ENODATA, ALICE, fs -> fs.getxattr(path, "trusted.a", 5));
      expect("other " + path, EOPNOTSUPP, ROOT, fs -> fs.setxattr(path, "other.a", 5, 0));
      expect("system " + path, EOPNOTSUPP, ROOT, fs -> fs.setxattr(path, "system.a", 5, 0));
      expect("namespace alone " + path, EINVAL, ROOT, fs -> fs.setxattr(path, "user.", 5, 0));
      checks().prepare(fs -> fs.removexattr(path, "trusted.a"));
    }
    for (String path : List.of("fifo", "socket", "char", "block")) {
      expect("user " + path, EPERM, ROOT, fs -> fs.setxattr(path, "user.a", 5, 0));
      expect("trusted " + path, 0, ROOT, fs -> fs.setxattr(path, "trusted.a", 5, 0));
    }
    expect("user of a link", EPERM, ROOT, fs -> fs.lsetxattr("dangling", "user.a", 5));
    expect("trusted of a link", 0, ROOT, fs -> fs.lsetxattr("dangling", "trusted.a", 5));
    expect("trusted of a link then", 5, ROOT, fs -> fs.lgetxattr("dangling", "trusted.a", 9));
  }

  @Test
  default void namesAndValuesHaveLimits() {
    beginScene();
    for (String path : List.of("file", "dir", "tofile", "todir")) {
      expect(
          "long name " + path, 0, ALICE, fs -> fs.setxattr(path, "user." + "n".repeat(250), 1, 0));
      expect(
          "too long a name " + path,
          ERANGE,
          ALICE,
          fs -> fs.setxattr(path, "user." + "n".repeat(251), 1, 0));
      expect(
          "too long a value " + path,
          PosixErrors.E2BIG,
          ALICE,
          fs -> fs.setxattr(path, "user.v", 65_537, 0));
      checks().prepare(fs -> fs.removexattr(path, "user." + "n".repeat(250)));
    }
    checks().expectHere("64 KiB", 0, fs -> fs.setxattr("file", "user.long", 65_536, 0));
    checks().expectHere("64 KiB then", 65_536, fs -> fs.getxattr("file", "user.long", 65_536));
  }

  String ACCESS = "system.posix_acl_access";
  String DEFAULT = "system.posix_acl_default";

  /** A list that lets carol read and write, as the team may, and nobody else. */
  private static byte[] forCarol(int carol, int mask) {
    return TestLists.list(
        new TestLists.Entry(1, 6, -1),
        new TestLists.Entry(2, carol, CAROL.uid()),
        new TestLists.Entry(4, 0, -1),
        new TestLists.Entry(0x10, mask, -1),
        new TestLists.Entry(0x20, 0, -1));
  }

  @Test
  default void listsAreEnforced() {
    for (int carol = 0; carol < 8; carol++) {
      for (int mask = 0; mask < 8; mask++) {
        beginScene();
        byte[] list = forCarol(carol, mask);
        String name = "list " + carol + " masked " + mask;
        expect(name, 0, ALICE, fs -> fs.setxattr("file", ACCESS, list));
        int granted = carol & mask;
        int mode = 0600 | mask << 3;
        expect(name + ": mode", mode, ROOT, fs -> fs.lstat("file").mode());
        expect(
            name + ": read",
            (granted & 4) != 0 ? 0 : EACCES,
            CAROL,
            fs -> fs.open("file", Posix.O_RDONLY, 0));
        expect(
            name + ": write",
            (granted & 2) != 0 ? 0 : EACCES,
            CAROL,
            fs -> fs.open("file", Posix.O_WRONLY, 0));
        expect(name + ": bob", EACCES, PosixUser.BOB, fs -> fs.open("file", Posix.O_RDONLY, 0));
      }
    }
  }

  @Test
  default void listsAndModesGoTogether() {
    beginScene();
    byte[] list = forCarol(6, 4);
    expect("set by another", EPERM, CAROL, fs -> fs.setxattr("file", ACCESS, list));
    expect("set", 0, ALICE, fs -> fs.setxattr("file", ACCESS, list));
    checks().sameLines("set leaves", PosixScene::describe);
    for (int mode : new int[] {0640, 0777, 0, 06755, 0604}) {
      expect("chmod " + mode, 0, ALICE, fs -> fs.chmod("file", mode));
      checks().same("list after " + mode, fs -> fs.getxattr("file", ACCESS, 999));
      checks().sameLines("chmod leaves " + mode, PosixScene::describe);
      for (int access : new int[] {4, 2, 6}) {
        checks().sameResult("access " + mode, fs -> fs.as(CAROL, () -> fs.access("file", access)));
      }
    }
    expect("remove", 0, ALICE, fs -> fs.removexattr("file", ACCESS));
    expect("get none", ENODATA, ALICE, fs -> fs.getxattr("file", ACCESS, 999));
    expect("remove again", 0, ALICE, fs -> fs.removexattr("file", ACCESS));
    expect("default of a file", EACCES, ALICE, fs -> fs.setxattr("file", DEFAULT, list));
    expect("no list", EOPNOTSUPP, ALICE, fs -> fs.setxattr("file", ACCESS, new byte[12]));
    expect("list of a link's target", 0, ALICE, fs -> fs.setxattr("tofile", ACCESS, list));
  }

  @Test
  default void listsAreHandedDown() {
    int create = Posix.O_CREAT | Posix.O_EXCL | Posix.O_WRONLY;
    for (int mask : new int[] {7, 6, 5, 0}) {
      checks()
          .begin(
              fs ->
                  fs.mkdir("d", 0777)
                      + fs.chmod("d", 0777)
                      + fs.chown("d", ALICE.uid(), ALICE.group()));
      byte[] list = forCarol(7, mask);
      expect("default " + mask, 0, ALICE, fs -> fs.setxattr("d", DEFAULT, list));
      for (int mode : new int[] {0666, 0777, 0640, 0600, 0}) {
        for (int umask : new int[] {0, 022, 077}) {
          String name = "under a default list " + mask + ": " + mode + " " + umask;
          expect(name, 0, ALICE, fs -> fs.under(umask, () -> fs.open("d/f", create, mode)));
          checks().same(name + ": file", fs -> fs.lstat("d/f").brief());
          checks().same(name + ": list", fs -> fs.getxattr("d/f", ACCESS, 999));
          expect(name + ": dir", 0, ALICE, fs -> fs.under(umask, () -> fs.mkdir("d/d", mode)));
          checks().same(name + ": dir's", fs -> fs.lstat("d/d").brief());
          checks().same(name + ": dir's default", fs -> fs.getxattr("d/d", DEFAULT, 999));
          checks().same(name + ": dir's list", fs -> fs.getxattr("d/d", ACCESS, 999));
          expect(name + ": link", 0, ALICE, fs -> fs.symlink("x", "d/l"));
          expect(name + ": link's mode", 0777, ALICE, fs -> fs.lstat("d/l").mode());
          checks().prepare(fs -> fs.unlink("d/f") + fs.rmdir("d/d") + fs.unlink("d/l"));
        }
      }
    }
  }
}
