package kith.nativetest;

import static kith.nativetest.PosixUser.ALICE;
import static kith.nativetest.PosixUser.CAROL;
import static kith.nativetest.PosixUser.ROOT;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Modes, owners and groups of what is made, under umasks and in setgid directories. */
interface PosixSuiteCreation extends PosixSuiteBase {
  /** A call that makes something with a mode. */
  @FunctionalInterface
  interface Maker {
    long make(PosixCalls fs, String path, int mode);
  }

  Map<String, Maker> MAKERS =
      Map.of(
          "mkdir", PosixCalls::mkdir,
          "mkfifo", (fs, path, mode) -> fs.mknod(path, kith.fs.FileKind.FIFO, mode, 0),
          "mknod", (fs, path, mode) -> fs.mknod(path, kith.fs.FileKind.REGULAR, mode, 0),
          "mknod socket", (fs, path, mode) -> fs.mknod(path, kith.fs.FileKind.SOCKET, mode, 0),
          "create", (fs, path, mode) -> fs.open(path, Posix.O_CREAT | Posix.O_WRONLY, mode));

  @Test
  default void modesAreWhatTheUmaskLeaves() {
    checks().begin(fs -> fs.chmod(".", 0777));
    List<Integer> modes = List.of(0, 0444, 0640, 0777, 01755, 02755, 04755, 06711, 07777);
    List<Integer> masks = List.of(0, 022, 027, 077, 0777);
    for (var maker : MAKERS.entrySet()) {
      for (var pair : PosixSuiteBase.pairs(modes, masks)) {
        for (PosixUser user : List.of(ROOT, ALICE)) {
          boolean directory = maker.getKey().equals("mkdir");
          int special = directory ? 01000 : 07000;
          int expected = pair.first() & (special | 0777) & ~pair.second();
          make(
              maker.getKey(),
              maker.getValue(),
              new Made(pair.first(), pair.second(), user),
              expected);
        }
      }
    }
  }

  /** What is made, and by whom. */
  record Made(int mode, int umask, PosixUser user) {}

  private void make(String name, Maker maker, Made made, int expected) {
    String text =
        name
            + " "
            + Integer.toOctalString(made.mode)
            + " under "
            + Integer.toOctalString(made.umask);
    expect(text, 0, made.user, fs -> fs.under(made.umask, () -> maker.make(fs, "new", made.mode)));
    expect(text + ": mode", expected, ROOT, fs -> fs.lstat("new").mode());
    expect(text + ": owner", made.user.uid(), ROOT, fs -> fs.lstat("new").uid());
    expect(text + ": group", made.user.group(), ROOT, fs -> fs.lstat("new").gid());
    checks().prepare(fs -> name.equals("mkdir") ? fs.rmdir("new") : fs.unlink("new"));
  }

  @Test
  default void setgidDirectoriesHandDownTheirGroup() {
    checks()
        .begin(
            fs -> {
              fs.mkdir("shared", 0777);
              fs.chown("shared", 0, PosixUser.TEAM);
              return fs.chmod("shared", 02777);
            });
    for (PosixUser user : List.of(ROOT, ALICE, CAROL)) {
      MAKERS.forEach(
          (name, maker) -> {
            String path = "shared/" + user + name;
            for (int mode : new int[] {0644, 0755, 02755, 02744, 06777}) {
              String text = name + " " + Integer.toOctalString(mode) + " in setgid";
              checks().sameResult(user + text, fs -> fs.as(user, () -> maker.make(fs, path, mode)));
              checks().same(user + text + ": result", fs -> fs.lstat(path).brief());
              expect(text + ": group", PosixUser.TEAM, ROOT, fs -> fs.lstat(path).gid());
              checks().prepare(fs -> name.equals("mkdir") ? fs.rmdir(path) : fs.unlink(path));
            }
          });
    }
    expect("symlink in setgid", 0, CAROL, fs -> fs.symlink("x", "shared/s"));
    expect("symlink in setgid: group", PosixUser.TEAM, ROOT, fs -> fs.lstat("shared/s").gid());
    expect("symlink in setgid: mode", 0777, ROOT, fs -> fs.lstat("shared/s").mode());
  }

  @Test
  default void devicesKeepTheirNumbers() {
    checks().begin(fs -> fs.chmod(".", 0777));
    long[] numbers = {0x103, 0x700, 0xfff00L | 0xff, 0x12345678L & 0xfffff};
    for (long number : numbers) {
      for (var kind : List.of(kith.fs.FileKind.CHARACTER_DEVICE, kith.fs.FileKind.BLOCK_DEVICE)) {
        String path = kind.name() + number;
        expect("mknod " + path, 0, ROOT, fs -> fs.mknod(path, kind, 0600, number));
        expect("number of " + path, number, ROOT, fs -> fs.lstat(path).device());
        expect(
            "mknod by alice " + path,
            PosixErrors.EPERM,
            ALICE,
            fs -> fs.mknod(path + "a", kind, 0600, number));
      }
    }
  }
}
