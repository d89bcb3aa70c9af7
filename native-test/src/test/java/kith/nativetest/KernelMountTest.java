package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** What only the kernel and ordinary programs bring out. */
@BothBindings
final class KernelMountTest {
  @Parameter Binding binding;

  private static final long CAPACITY = 200L << 20;

  @TempDir static Path folder;
  private static MountedProcess mounted;

  @BeforeParameterizedClassInvocation
  static void mount(Binding binding) throws IOException {
    mounted = MountedProcess.start(binding, MemorySource.class, folder, Long.toString(CAPACITY));
  }

  @AfterParameterizedClassInvocation
  static void unmount() throws IOException {
    mounted.close();
  }

  private static String in(String script) throws IOException {
    return Shell.run("cd '" + folder + "'; " + script);
  }

  /** Runs the script with os imported, in the mount. */
  private static String python(String script) throws IOException {
    return in("python3 - <<'END'\nimport os, mmap, threading\n" + script + "\nEND");
  }

  @Test
  void theMountTellsWhatItIs() throws IOException {
    String row = Shell.run("grep ' " + folder + " ' /proc/self/mounts");
    assertTrue(row.startsWith("kith " + folder + " fuse.kith rw,"), row);
    assertTrue(row.contains("default_permissions"), row);
  }

  @Test
  void eachTimeIsSetAloneOrToNow() throws IOException {
    in("touch -d '2001-02-03 04:05:06.789' t; touch -a -d '1999-01-01' t");
    assertEquals("915148800 981173106.789000000\n", in("TZ=UTC stat -c '%X %.9Y' t"));
    in("touch -m -d '1998-01-01' t");
    assertEquals("915148800 883612800\n", in("stat -c '%X %Y' t"));
    in("touch -a t");
    assertEquals(
        "883612800 recent\n",
        in("echo $(stat -c %Y t) $([ $(stat -c %X t) -gt 1700000000 ] && echo recent)"));
  }

  @Test
  void aListingOfTwentyThousandIsComplete() throws IOException {
    in("mkdir many; cd many; seq 20000 | xargs -n 1000 touch");
    assertEquals("20000\n", in("ls -f many | grep -vcxE '\\.\\.?'"));
    assertEquals("20000\n", in("ls many | sort -u | wc -l"));
    assertEquals("20000\n", in("find many -type f -printf '%i\\n' | sort -u | wc -l"));
    in("rm -r many");
  }

  @Test
  void permissionsAreChecked() throws IOException {
    in("echo secret > s; chmod 0600 s; mkdir -m 0700 d; echo x > d/x");
    String asNobody = "setpriv --reuid 65534 --regid 65534 --clear-groups ";
    assertThrows(IOException.class, () -> in(asNobody + "cat s"));
    assertThrows(IOException.class, () -> in(asNobody + "ls d/x"));
    assertThrows(IOException.class, () -> in(asNobody + "touch new"));
    in("mkdir -m 1777 tmp; " + asNobody + "touch tmp/mine");
    assertEquals("65534 65534\n", in("stat -c '%u %g' tmp/mine"));
  }

  @Test
  void filesUnlinkedWhileOpenWorkAndAreNotListed() throws IOException {
    assertEquals(
        "[] 7 b'content' 0\n",
        python(
            """
            os.mkdir('u'); f = open('u/f', 'w+b', 0); f.write(b'content')
            os.unlink('u/f')
            names = os.listdir('u'); size = os.fstat(f.fileno()).st_size
            f.seek(0); content = f.read(); f.truncate(3); f.write(b'more')
            os.fsync(f.fileno()); links = os.fstat(f.fileno()).st_nlink
            f.close(); os.rmdir('u')
            print(names, size, content, links)
            """));
  }

  @Test
  void aFileReplacedWhileOpenStaysReadable() throws IOException {
    assertEquals(
        "['f'] b'old' b'new' True\n",
        python(
            """
            os.mkdir('r'); open('r/f', 'wb').write(b'old')
            old = open('r/f', 'rb'); open('r/g', 'wb').write(b'new')
            inode = os.stat('r/g').st_ino
            os.rename('r/g', 'r/f')
            print(os.listdir('r'), old.read(), open('r/f', 'rb').read(),
                  os.stat('r/f').st_ino == inode)
            """));
  }

  @Test
  void mappedWritesArriveInTheFile() throws IOException {
    assertEquals(
        "True True\n",
        python(
            """
            size = 1 << 20
            f = open('m', 'w+b'); f.truncate(size)
            with mmap.mmap(f.fileno(), size) as m:
                m[0:5] = b'first'; m[size - 4:] = b'last'; m.flush()
            f.close()
            content = open('m', 'rb').read()
            print(content.startswith(b'first\\0'), content.endswith(b'\\0last'))
            """));
  }

  @Test
  void appendsFromManyProcessesAreAllThere() throws IOException {
    in("for i in 1 2 3 4; do (for j in $(seq 200); do echo $i-$j >> log; done) & done; wait");
    assertEquals("800\n", in("sort -u log | wc -l"));
  }

  @Test
  void manyThreadsInOneFolderDoNotDisturbEachOther() throws IOException {
    python(
        """
        os.mkdir('c')
        failures = []
        def work(t):
            try:
                for i in range(100):
                    name = 'c/%d-%d' % (t, i)
                    with open(name, 'wb') as f: f.write(name.encode() * 100)
                    os.rename(name, name + '.r')
                    assert open(name + '.r', 'rb').read() == name.encode() * 100
                    if i % 2: os.unlink(name + '.r')
            except Exception as e: failures.append(e)
        threads = [threading.Thread(target=work, args=(t,)) for t in range(8)]
        [t.start() for t in threads]; [t.join() for t in threads]
        assert not failures, failures
        assert len(os.listdir('c')) == 400
        """);
  }

  @Test
  void aFullDriveSaysSoAndRecovers() throws IOException {
    String failure =
        assertThrows(IOException.class, () -> in("head -c 300M /dev/zero > full")).getMessage();
    assertTrue(failure.contains("No space left on device"), failure);
    in("rm full; head -c 1M /dev/zero > fits; rm fits");
  }

  @Test
  void statfsTellsTheCapacity() throws IOException {
    assertEquals(CAPACITY + "\n", in("echo $(($(stat -f -c '%b * %S' .)))"));
    assertEquals("255\n", in("stat -f -c %l ."));
  }

  @Test
  void namesAreBytesUpTo255() throws IOException {
    assertTrue(
        assertThrows(IOException.class, () -> in("touch $(printf '%256s' | tr ' ' x)"))
            .getMessage()
            .contains("name too long"));
    String deep = "d/".repeat(150);
    in("mkdir -p " + deep + "; echo deep > " + deep + "f; cat " + deep + "f; rm -r d");
  }

  @Test
  void aProgrammingErrorIsAnIoErrorAndLogged() throws IOException {
    in("touch '" + MemorySource.FAULTY_NAME + "'");
    String failure =
        assertThrows(IOException.class, () -> in("rm '" + MemorySource.FAULTY_NAME + "'"))
            .getMessage();
    assertTrue(failure.contains("Input/output error"), failure);
    assertTrue(mounted.output().contains("on purpose"), mounted.output());
  }

  @Test
  void capabilitiesOfProgramsAreKept() throws IOException {
    in("echo x > p");
    in("setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 p");
    assertTrue(in("getfattr -n security.capability -e hex p").contains("0x01000002"));
    in("echo y > q; cat q");
    assertFalse(in("getfattr -d -m - q").contains("security.capability"));
  }
}
