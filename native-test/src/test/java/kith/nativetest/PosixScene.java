package kith.nativetest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kith.fs.FileKind;
import kith.fs.Timestamp;

/**
 * The files that most checks are about: one of each kind in the working directory, and some that
 * stand in the way. Made anew after each check that changes something.
 */
final class PosixScene {
  static final String LONGEST = "n".repeat(255);

  /** Everything that can be named, by what it is. */
  static final Map<String, String> TARGETS = new TreeMap<>();

  static {
    TARGETS.put("file", "file");
    TARGETS.put("dir", "dir");
    TARGETS.put("fulldir", "fulldir");
    TARGETS.put("fifo", "fifo");
    TARGETS.put("socket", "socket");
    TARGETS.put("char", "char");
    TARGETS.put("block", "block");
    TARGETS.put("link to file", "tofile");
    TARGETS.put("link to dir", "todir");
    TARGETS.put("link to fifo", "tofifo");
    TARGETS.put("dangling link", "dangling");
    TARGETS.put("loop", "loop");
    TARGETS.put("nothing", "none");
    TARGETS.put("hard link", "again");
    TARGETS.put("file in dir", "fulldir/inside");
    TARGETS.put("nothing in dir", "dir/none");
    TARGETS.put("dir of another", "theirs");
    TARGETS.put("file of another in a sticky dir", "sticky/theirs");
    TARGETS.put("own file in a sticky dir", "sticky/mine");
    TARGETS.put("file in a closed dir", "closed/inside");
    TARGETS.put("unreadable file", "secret");
  }

  /** Ways to write a path that end in none of the names of the scene. */
  static final List<String> ODD_PATHS =
      List.of(
          "",
          ".",
          "..",
          "/",
          "./",
          "dir/.",
          "dir/..",
          "dir/../file",
          "file/",
          "dir/",
          "todir/",
          "todir/.",
          "tofile/",
          "dangling/",
          "loop/",
          "fifo/",
          "none/",
          "file/.",
          "file/..",
          "file/x",
          "fifo/x",
          "socket/x",
          "char/x",
          "tofile/x",
          "tofifo/x",
          "dangling/x",
          "loop/x",
          "none/x",
          "none/../file",
          "todir/../file",
          "fulldir/inside/x",
          "//dir//./none",
          LONGEST,
          LONGEST + "n",
          LONGEST + "/x",
          LONGEST + "n/x",
          "dir/" + LONGEST,
          "dir/" + LONGEST + "n",
          ofLength(4095),
          ofLength(4096),
          ofLength(5000),
          "caf\u00e9",
          "new\nline",
          "-rf",
          " ");

  private PosixScene() {}

  /** A path to "none" that has that many bytes. */
  private static String ofLength(int bytes) {
    int rest = bytes - "none".length();
    return (rest % 2 == 1 ? ".//" : "")
        + "./".repeat((rest - (rest % 2 == 1 ? 3 : 0)) / 2)
        + "none";
  }

  private static final List<String> OWN =
      List.of(
          ".",
          "file",
          "dir",
          "fulldir",
          "fulldir/inside",
          "fifo",
          "socket",
          "char",
          "block",
          "tofile",
          "todir",
          "tofifo",
          "dangling",
          "loop");

  /** Makes the scene in the working directory, owned by alice. */
  static void make(PosixCalls fs) {
    int alice = PosixUser.ALICE.uid();
    int bob = PosixUser.BOB.uid();
    fs.file("file", 10);
    fs.link("file", "again");
    fs.mkdir("dir", 0755);
    fs.mkdir("fulldir", 0755);
    fs.file("fulldir/inside", 3);
    fs.mknod("fifo", FileKind.FIFO, 0644, 0);
    fs.mknod("socket", FileKind.SOCKET, 0644, 0);
    fs.mknod("char", FileKind.CHARACTER_DEVICE, 0644, 0x103);
    fs.mknod("block", FileKind.BLOCK_DEVICE, 0644, 0x700);
    fs.symlink("file", "tofile");
    fs.symlink("dir", "todir");
    fs.symlink("fifo", "tofifo");
    fs.symlink("nowhere", "dangling");
    fs.symlink("loop", "loop");
    for (String own : OWN) {
      fs.lchown(own, alice, PosixUser.ALICE.group());
    }
    fs.mkdir("theirs", 0755);
    fs.lchown("theirs", bob, PosixUser.BOB.group());
    fs.mkdir("sticky", 0755);
    fs.chmod("sticky", 01777);
    fs.file("sticky/theirs", 1);
    fs.lchown("sticky/theirs", bob, PosixUser.BOB.group());
    fs.file("sticky/mine", 1);
    fs.lchown("sticky/mine", alice, PosixUser.ALICE.group());
    fs.mkdir("closed", 0700);
    fs.file("closed/inside", 1);
    fs.lchown("closed", bob, PosixUser.BOB.group());
    fs.file("secret", 6);
    fs.chmod("secret", 0600);
    fs.lchown("secret", bob, PosixUser.BOB.group());
  }

  private static final List<String> NAMES =
      List.of(
          ".",
          "file",
          "again",
          "dir",
          "fulldir",
          "fulldir/inside",
          "fifo",
          "socket",
          "char",
          "block",
          "tofile",
          "todir",
          "tofifo",
          "dangling",
          "loop",
          "none",
          "nowhere",
          "dir/none",
          "theirs",
          "sticky",
          "sticky/theirs",
          "sticky/mine",
          "closed",
          "closed/inside",
          "secret",
          "new");

  /** Sets all times to long ago, so that it shows which ones a call sets. */
  static void age(PosixCalls fs) {
    var past = PosixCalls.Time.of(PosixCalls.LONG_AGO);
    for (String name : NAMES) {
      fs.utimens(name, past, past, false);
    }
    fs.remember(changes(fs));
  }

  /** The times of change of status, by name. */
  private static Map<String, Timestamp> changes(PosixCalls fs) {
    Map<String, Timestamp> changes = new TreeMap<>();
    for (String name : NAMES) {
      PosixStat stat = fs.lstat(name);
      if (stat != null) {
        changes.put(name, stat.ctime());
      }
    }
    return changes;
  }

  /** What has become of the scene: attributes, and which times are no longer what they were. */
  static List<String> describe(PosixCalls fs) {
    Map<String, Timestamp> changesBefore = fs.remembered();
    List<String> lines = new ArrayList<>();
    for (String name : NAMES) {
      PosixStat stat = fs.lstat(name);
      if (stat != null) {
        Timestamp before = changesBefore.get(name);
        lines.add(
            name
                + " "
                + stat.brief()
                + (stat.atime().equals(PosixCalls.LONG_AGO) ? "" : " a")
                + (stat.mtime().equals(PosixCalls.LONG_AGO) ? "" : " m")
                + (before == null || stat.ctime().equals(before) ? "" : " c"));
      }
    }
    return lines;
  }
}
