package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;

/** rsync and cp into the mount, with everything that they can carry. */
@BothBindings
final class MirrorTest {
  @Parameter Binding binding;

  @TempDir static Path folder;
  @TempDir static Path work;
  private static MountedProcess mounted;

  @BeforeParameterizedClassInvocation
  static void mount(Binding binding) throws IOException {
    mounted = MountedProcess.start(binding, DriveSource.class, folder, "");
    Shell.run(in("mkdir src && cd src &&" + TREE));
  }

  @AfterParameterizedClassInvocation
  static void unmount() throws IOException {
    mounted.close();
    Shell.run("find '" + work + "' -mindepth 1 -delete");
  }

  /** Makes one of everything, in the current folder. */
  private static final String TREE =
      """
      mkdir -p a/b/c empty locked
      for i in $(seq 150); do echo "file $i" > a/f$i; done
      head -c 3000000 /dev/urandom > a/big
      : > a/nothing
      printf x > $'a/caf\\351'; printf y > $'a/caf\\303\\251'; printf z > $'a/b/new\\nline \\\\ *'
      ln a/f1 a/b/f1-too; ln a/f1 f1-again; ln -s a/f2 s; ln -s /no/where dangling; ln s s-too
      truncate -s 50M sparse; printf data | dd of=sparse bs=1 seek=20000000 conv=notrunc status=none
      setfattr -n user.note -v 'h\\351' a/f3; setfattr -n trusted.t -v 1 a/b
      mkfifo fifo; mknod char c 1 3; mknod block b 7 0
      python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
      chmod 0400 a/f4; chmod 4755 a/f5; chmod 2775 a/b/c; chmod 1777 empty; chmod 0000 locked
      chown 1234:4321 a/f6; chown -h 12:34 s
      touch -d '1969-07-20 20:17:40.123456789' a/f7; touch -h -d '2001-01-01 00:00:00.5' s
      touch -d '2002-02-02' a/b empty
      """;

  private static String in(String script) {
    return "cd '" + work + "'; M='" + folder + "'; " + script;
  }

  private static final String RSYNC = "rsync -aHAXS --delete --numeric-ids ";

  @Test
  void rsyncHasNothingToDoTheSecondTime() throws IOException {
    Shell.run(in(RSYNC + "src/ $M/mirror/"));
    assertEquals("", Shell.run(in(RSYNC + "-ni src/ $M/mirror/")));
    assertEquals("", Shell.run(in(RSYNC + "-nic src/ $M/mirror/")));
    assertEquals("", Shell.run(in(RSYNC + "-nic $M/mirror/ src/")));
  }

  @Test
  void rsyncCarriesChangesOver() throws IOException {
    Shell.run(in("cp -a src changing; " + RSYNC + "changing/ $M/changing/"));
    Shell.run(
        in(
            """
            cd changing; echo more >> a/f1; rm a/f2; mv a/f3 a/b/moved; rm -r empty; echo > empty
            mkdir a/f8.d; ln a/f9 a/f9-too; chmod 0750 a; setfattr -x user.note a/b/moved
            rm s; mkdir s; printf y | dd of=a/big bs=1 seek=1000000 conv=notrunc status=none
            """));
    Shell.run(in(RSYNC + "--inplace --no-whole-file changing/ $M/changing/"));
    assertEquals("", Shell.run(in(RSYNC + "-nic changing/ $M/changing/")));
  }

  @Test
  void cpKeepsEverything() throws IOException {
    Shell.run(in("cp -a src $M/copied"));
    assertEquals("", Shell.run(in(RSYNC + "-nic src/ $M/copied/")));
    String links = "stat -c %h/%i a/f1 a/b/f1-too f1-again | sort -u | wc -l";
    assertEquals("1\n", Shell.run(in("cd $M/copied; " + links)));
  }

  @Test
  void accessControlListsAreCarriedAndModesGoWithThem() throws IOException {
    Shell.run(in("cp -a src acls; cd acls; setfacl -m u:99:rw,m:rx a/f1; setfacl -d -m g:7:r a/b"));
    Shell.run(in(RSYNC + "acls/ $M/acls/"));
    assertEquals("", Shell.run(in(RSYNC + "-nic acls/ $M/acls/")));
    assertEquals(
        Shell.run(in("cd acls; getfacl -n a/f1 a/b")),
        Shell.run(in("cd $M/acls; getfacl -n a/f1 a/b")));
    String modes = "chmod 0640 a/f1; stat -c %a a/f1; getfacl -n a/f1";
    assertEquals(Shell.run(in("cd acls; " + modes)), Shell.run(in("cd $M/acls; " + modes)));
    Shell.run(in("setfacl -b $M/acls/a/f1 acls/a/f1"));
    assertEquals("", Shell.run(in(RSYNC + "-nic acls/ $M/acls/")));
  }

  @Test
  void holesStayHoles() throws IOException {
    Shell.run(in("mkdir -p $M/holes; " + RSYNC + "src/sparse $M/holes/"));
    long blocks = Long.parseLong(Shell.run(in("stat -c %b $M/holes/sparse")).strip());
    assertTrue(blocks * 512 < 1_000_000, blocks + " blocks");
    Shell.run(in("cmp src/sparse $M/holes/sparse"));
  }

  @Test
  void tarBringsEverythingBack() throws IOException {
    Shell.run(in("mkdir -p $M/tarred; tar -C src --xattrs -cf - . | tar -C $M/tarred -xpf -"));
    Shell.run(in("mkdir back; tar -C $M/tarred --sort=name -cf - . | tar -C back -xpf -"));
    assertEquals(
        "", Shell.run(in("rsync -anicHS --delete --numeric-ids --exclude=socket src/ back/")));
  }

  @Test
  void removingEverythingLeavesNothing() throws IOException {
    Shell.run(in("cp -a src $M/removed; rm -rf $M/removed"));
    assertEquals("", Shell.run(in("find $M -path '*removed*'")));
  }
}
