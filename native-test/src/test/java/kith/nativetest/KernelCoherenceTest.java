package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a binding by inode numbers keeps, with the kernel caching as much as it can. */
final class KernelCoherenceTest {
  private static final String AS_NOBODY = "setpriv --reuid 65534 --regid 65534 --clear-groups ";

  /** Each page of a file has its number and version; none may be older than its last writing. */
  private static final String READERS_AND_ONE_WHO_CHANGES =
      """
      import random
      PAGE, PAGES, END = 4096, 1024, time.monotonic() + 8
      def page(n, version): return (b'%08d %08d ' % (n, version)) * 227 + b'. ' * 5
      with open('pages', 'wb') as f: f.write(b''.join(page(n, 0) for n in range(PAGES)))
      written, cuts, wrong = [0] * PAGES, [0], []
      def write(dice, version):
          n = dice.randrange(PAGES)
          f = os.open('pages', os.O_RDWR); os.pwrite(f, page(n, version), n * PAGE); os.close(f)
          written[n] = version
      def cut(dice, version):
          n = dice.randrange(PAGES * 3 // 4, PAGES); cuts[0] += 1
          os.truncate('pages', n * PAGE)
          f = os.open('pages', os.O_RDWR)
          for each in range(n, PAGES): os.pwrite(f, page(each, version), each * PAGE)
          os.close(f)
          written[n:] = [version] * (PAGES - n); cuts[0] += 1
      def change():
          dice = random.Random(1); version = 0
          while time.monotonic() < END:
              version += 1; (cut if version % 50 == 0 else write)(dice, version)
              if version % 20 == 0: time.sleep(0.05)
      def read(seed):
          dice = random.Random(seed); f = os.open('pages', os.O_RDONLY)
          os.posix_fadvise(f, 0, 0, os.POSIX_FADV_RANDOM)
          while time.monotonic() < END and not wrong:
              n = dice.randrange(PAGES); least = written[n]; cut = cuts[0]
              got = os.pread(f, PAGE, n * PAGE)
              if cut == cuts[0] and cut % 2 == 0 and (len(got) < PAGE or int(got[:8]) != n or
                      int(got[9:17]) < least or got != page(n, int(got[9:17]))):
                  wrong.append((n, least, got[:40])); return
              if dice.random() < 0.01:
                  os.posix_fadvise(f, dice.randrange(PAGES) * PAGE, 1 << 20, os.POSIX_FADV_DONTNEED)
      all = [threading.Thread(target=change)] + [
          threading.Thread(target=read, args=(i,)) for i in range(3)]
      for each in all: each.start()
      for each in all: each.join()
      assert not wrong, wrong
      f = os.open('pages', os.O_RDONLY); os.posix_fadvise(f, 0, 0, os.POSIX_FADV_DONTNEED)
      for n in range(PAGES): assert os.pread(f, PAGE, n * PAGE) == page(n, written[n]), n
      """;

  @TempDir static Path folder;
  private static MountedProcess mounted;

  @BeforeAll
  static void mount() throws IOException {
    mounted = MountedProcess.start(Binding.LOW_LEVEL, DriveSource.class, folder, "");
    Shell.run("chmod 0777 '" + folder + "'");
  }

  @AfterAll
  static void unmount() throws IOException {
    mounted.close();
  }

  private static String in(String script) throws IOException {
    return Shell.run("cd '" + folder + "'; " + script);
  }

  /** Runs the script in the mount; what it asserts must hold. */
  private static void python(String script) throws IOException {
    String head =
        "import ctypes, mmap, os, threading, time\nlibc = ctypes.CDLL(None, use_errno=True)\n";
    in("python3 - <<'END'\n" + head + script + "\nEND");
  }

  @Test
  void twoNamesOfAFileAgree() throws IOException {
    python(
        """
        a = os.open('name-a', os.O_RDWR | os.O_CREAT); os.link('name-a', 'name-b')
        b = os.open('name-b', os.O_RDWR)
        os.write(a, b'from a'); assert os.pread(b, 9, 0) == b'from a'
        os.pwrite(b, b'BY B', 0); assert os.pread(a, 9, 0) == b'BY B a'
        x, y = os.stat('name-a'), os.fstat(b)
        assert (x.st_ino, x.st_size, x.st_mtime_ns, x.st_ctime_ns, x.st_nlink) == (
            y.st_ino, y.st_size, y.st_mtime_ns, y.st_ctime_ns, 2)
        os.truncate('name-b', 2); assert os.fstat(a).st_size == 2
        os.chmod('name-b', 0o640); assert os.fstat(a).st_mode & 0o777 == 0o640
        os.unlink('name-a'); assert os.fstat(a).st_nlink == 1 and os.stat('name-b').st_nlink == 1
        """);
  }

  @Test
  void appendsThroughTwoNamesInTurnAreAllThere() throws IOException {
    python(
        """
        open('log-a', 'w').close(); os.link('log-a', 'log-b')
        a = os.open('log-a', os.O_WRONLY | os.O_APPEND)
        b = os.open('log-b', os.O_WRONLY | os.O_APPEND)
        for i in range(500): os.write(a, b'a%03d\\n' % i); os.write(b, b'b%03d\\n' % i)
        lines = open('log-b').read().split()
        assert len(lines) == 1000 and sorted(set(lines)) == sorted(lines), len(lines)
        """);
  }

  @Test
  void writesThroughAMapAreSeenByReadersOfTheOtherName() throws IOException {
    python(
        """
        f = os.open('map-a', os.O_RDWR | os.O_CREAT); os.ftruncate(f, 65536)
        os.link('map-a', 'map-b')
        m = mmap.mmap(f, 65536); m[100:105] = b'hello'
        assert os.pread(os.open('map-b', os.O_RDONLY), 5, 100) == b'hello'
        os.pwrite(f, b'HELLO', 100); assert m[100:105] == b'HELLO'
        m[65530:] = b'at end'; m.flush(); m.close(); os.fsync(f)
        assert open('map-b', 'rb').read()[65530:] == b'at end'
        """);
  }

  /** What is read around a page goes into the kernel's cache: never over something newer. */
  @Test
  void readersHereAndThereSeeNothingOlderThanWhatWasWritten() throws IOException {
    python(READERS_AND_ONE_WHO_CHANGES);
  }

  @Test
  void anUnlinkedOpenFileIsAFileStill() throws IOException {
    python(
        """
        os.mkdir('gone'); f = os.open('gone/f', os.O_RDWR | os.O_CREAT); os.write(f, b'0123456789')
        os.unlink('gone/f'); assert os.listdir('gone') == []; os.rmdir('gone')
        s = os.fstat(f); assert (s.st_nlink, s.st_size) == (0, 10)
        os.ftruncate(f, 4); os.fchmod(f, 0o600); os.fchown(f, 12, 34); os.utime(f, (5, 6))
        os.pwrite(f, b'x', 8000000); os.fsync(f)
        s = os.fstat(f)
        assert (s.st_size, s.st_mode & 0o777, s.st_uid, s.st_gid) == (8000001, 0o600, 12, 34)
        assert os.pread(f, 6, 0) == b'0123\\0\\0'
        """);
  }

  @Test
  void aRemovedFolderThatIsOpenIsAFolderStill() throws IOException {
    python(
        """
        os.mkdir('rmd'); d = os.open('rmd', os.O_RDONLY); os.rmdir('rmd')
        assert os.fstat(d).st_nlink == 0
        try: os.open('x', os.O_CREAT, dir_fd=d); assert False
        except FileNotFoundError: pass
        """);
  }

  @Test
  void aFileReplacedWhileOpenKeepsItsBytes() throws IOException {
    python(
        """
        open('over', 'w').write('old'); f = os.open('over', os.O_RDWR)
        open('by', 'w').write('new!'); os.rename('by', 'over')
        assert os.pread(f, 9, 0) == b'old' and os.fstat(f).st_nlink == 0
        os.pwrite(f, b'OLD', 0); assert open('over').read() == 'new!'
        """);
  }

  @Test
  void renamesThatExchangeAndThatReplaceNothing() throws IOException {
    python(
        """
        def rename(a, b, flags):
            r = libc.renameat2(-100, a.encode(), -100, b.encode(), flags)
            return 0 if r == 0 else ctypes.get_errno()
        open('x1', 'w').write('1'); os.mkdir('x2'); open('x2/in', 'w').write('in')
        assert rename('x1', 'x2', 1) == 17
        assert rename('x1', 'x2', 2) == 0
        assert open('x2').read() == '1' and open('x1/in').read() == 'in'
        assert rename('x1', 'x3', 1) == 0 and not os.path.exists('x1')
        assert rename('x3', 'x4', 2) == 2
        assert rename('x3', 'x4', 4) == 22
        """);
  }

  @Test
  void dataAndHolesAreFoundAlsoBeforeTheKernelHasWritten() throws IOException {
    python(
        """
        f = os.open('holes', os.O_RDWR | os.O_CREAT); os.ftruncate(f, 10 << 20)
        os.pwrite(f, b'data', 5 << 20)
        assert os.lseek(f, 0, os.SEEK_DATA) in range(4 << 20, (5 << 20) + 1)
        assert os.lseek(f, 5 << 20, os.SEEK_HOLE) < 6 << 20
        assert libc.fallocate(f, 3, ctypes.c_long(5 << 20), ctypes.c_long(1 << 20)) == 0
        assert os.pread(f, 4, 5 << 20) == b'\\0' * 4 and os.fstat(f).st_size == 10 << 20
        os.posix_fallocate(f, 0, 11 << 20); assert os.fstat(f).st_size == 11 << 20
        """);
  }

  @Test
  void spaceThatIsTakenIsToldWhenTheFileIsClosed() throws IOException {
    assertEquals(
        "4096\n",
        in("stat -c %b absent || :; head -c 2M /dev/urandom > b; stat -c %b b")
            .replaceAll("(?m)^stat:.*\\n", ""));
  }

  @Test
  void writingByOthersTakesSetuidAway() throws IOException {
    in("for f in s1 s2 s3 s4; do echo x > $f; chmod 6777 $f; ls -l $f; done");
    in(AS_NOBODY + "bash -c 'echo y >> s1; echo z > s2; truncate -s 1 s3'; chown 7 s4");
    assertEquals("777\n777\n777\n777\n", in("stat -c %a s1 s2 s3 s4"));
    in("echo x > s5; chmod 6777 s5; echo y >> s5");
    assertEquals("6777\n", in("stat -c %a s5"));
  }

  @Test
  void accessListsDecideAndAreInherited() throws IOException {
    in("mkdir acl; chmod 0700 acl; setfacl -d -m u:65534:rwx acl; setfacl -m u:65534:rwx acl");
    in(AS_NOBODY + "touch acl/mine");
    in("umask 077; echo secret > acl/f; mkdir acl/d");
    assertEquals("secret\n", in(AS_NOBODY + "cat acl/f"));
    assertTrue(in("getfacl -n acl/d").contains("default:user:65534:rwx"));
    in("setfacl -m u:65534:0 acl/f; ! " + AS_NOBODY + "cat acl/f");
    in("umask 027; mkdir plain; touch plain/f");
    assertEquals("750\n640\n", in("stat -c %a plain plain/f"));
  }

  @Test
  void listingsAreRightWhileEntriesComeAndGo() throws IOException {
    python(
        """
        os.mkdir('busy')
        for i in range(12000): open('busy/stays-%d' % i, 'w').close()
        stop = False
        def churn():
            i = 0
            while not stop:
                open('busy/goes-%d' % i, 'w').close(); os.unlink('busy/goes-%d' % i); i += 1
        t = threading.Thread(target=churn); t.start()
        try:
            for n in range(4):
                seen = [e for e in os.scandir('busy')]
                names = [e.name for e in seen if e.name.startswith('stays')]
                assert len(names) == 12000 == len(set(names)), len(names)
                for e in seen[::100]:
                    if e.name.startswith('stays'):
                        assert e.stat().st_ino == e.inode() == os.stat('busy/' + e.name).st_ino
        finally: stop = True; t.join()
        """);
  }

  @Test
  void twoHundredThousandEntriesAreListed() throws IOException {
    in("mkdir huge; cd huge; seq 200000 | xargs -n 5000 touch");
    assertEquals("200000\n", in("find huge -type f -printf '%i\\n' | sort -u | wc -l"));
    assertEquals("200000\n", in("ls -f huge | grep -vcxE '\\.\\.?'"));
    in("rm -r huge");
  }

  @Test
  void aLargeFileComesBackAsItWas() throws IOException {
    in("head -c 300M /dev/urandom > big; sync big; cksum < big > one");
    in("dd if=big of=copy bs=7919 status=none; cmp big copy; rm copy");
    in("python3 -c 'import os; os.posix_fadvise(os.open(\"big\", 0), 0, 0, 4)'");
    in("cksum < big | cmp - one; rm big");
  }

  @Test
  void snapshotsAreSeenAsSoonAsTheyAreThere() throws IOException {
    in("! ls .snapshots/one; mkdir .snapshots/one; ls .snapshots/one");
    assertEquals("one\n", in("readlink .snapshots/latest"));
    assertEquals("3\n", in("stat -c %h .snapshots"));
    in("sleep 1.1; mkdir .snapshots/two");
    assertEquals("two\n", in("readlink .snapshots/latest"));
    assertEquals("4\n", in("stat -c %h .snapshots"));
    in("rmdir .snapshots/two; ! ls .snapshots/two");
    assertEquals("latest\none\n", in("ls .snapshots"));
    assertEquals("one\n", in("readlink .snapshots/latest"));
  }

  @Test
  void theKernelReadsTwoMebibytesAhead() throws IOException {
    String setting = "/sys/class/bdi/$(mountpoint -d .)/read_ahead_kb";
    assertEquals("2048\n", in("[ -w " + setting + " ] && cat " + setting + " || echo 2048"));
  }
}
