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

/** Programs that ask much of a filesystem, at work in the mount. */
final class ProgramsTest {
  @TempDir static Path folder;
  @TempDir static Path work;
  private static MountedProcess mounted;

  @BeforeAll
  static void mount() throws IOException {
    mounted = MountedProcess.start(Binding.LOW_LEVEL, DriveSource.class, folder, "");
  }

  @AfterAll
  static void unmount() throws IOException {
    mounted.close();
  }

  /** Runs a script in a new folder of the drive; $W is one beside the drive. */
  private static String in(String name, String script) throws IOException {
    return Shell.run(
        "mkdir '" + folder + "/" + name + "'; cd '" + folder + "/" + name + "'; W='" + work + "'; "
            + script);
  }

  @Test
  void gitKeepsRepositories() throws IOException {
    in(
        "git",
        """
        export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@a GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@a
        git init -q -b main r; cd r
        for d in $(seq 20); do mkdir $d; for f in $(seq 50); do echo "$d $f" > $d/$f; done; done
        git add .; git commit -qm first
        for d in $(seq 20); do echo more >> $d/7; git mv $d/8 $d/eight; done
        git commit -qam second; git gc -q; git fsck --strict --no-progress
        test -z "$(git status --porcelain)"
        git checkout -q HEAD~1; test ! -e 3/eight; git checkout -q main; test -e 3/eight
        git clone -q . ../copy; git clone -q --no-hardlinks . $W/copy
        cd ../copy; git fsck --no-progress; diff -r --exclude=.git . $W/copy
        """);
  }

  @Test
  void sqliteKeepsDatabasesWithManyWriters() throws IOException {
    String script =
        """
        sqlite3 db 'PRAGMA journal_mode=%s; CREATE TABLE t(w, i, x)' >/dev/null
        for w in 1 2 3; do
          (for i in $(seq 30); do
            echo "PRAGMA busy_timeout=60000; INSERT INTO t VALUES($w, $i, hex(randomblob(500)));"
          done | sqlite3 db >/dev/null) &
        done; wait
        sqlite3 db 'PRAGMA integrity_check; SELECT count(*), count(DISTINCT w || "-" || i) FROM t'
        """;
    for (String mode : new String[] {"DELETE", "TRUNCATE", "PERSIST", "WAL"}) {
      assertEquals("ok\n90|90\n", in("sqlite-" + mode, script.formatted(mode)), mode);
    }
  }

  @Test
  void editorsSaveInTheirWays() throws IOException {
    in(
        "editors",
        """
        echo one > f; chmod 640 f; ln f hard; setfattr -n user.k -v 1 f
        for c in yes no auto; do
          vim -u NONE -N -es -c "set backupskip= backup writebackup backupcopy=$c" -c 'normal Goline' -c wq f </dev/null
        done
        test "$(wc -l < f)" = 4; test "$(stat -c %a f)" = 640; test -e f~
        python3 - <<'END'
        import os
        for i in range(50):
            with open('tmp', 'w') as t:
                t.write('x' * i * 100); t.flush(); os.fsync(t.fileno())
            os.rename('tmp', 'atomic')
            d = os.open('.', os.O_RDONLY); os.fsync(d); os.close(d)
            assert os.path.getsize('atomic') == i * 100
        with open('place', 'w') as f: f.write('long content')
        for i in range(50):
            with open('place', 'r+') as f: f.seek(0); f.write(str(i)); f.truncate()
            assert open('place').read() == str(i)
        assert not os.path.exists('tmp')
        END
        """);
  }

  @Test
  void fioFindsTheBytesThatItWrote() throws IOException {
    for (String engine : new String[] {"psync", "mmap", "libaio"}) {
      String direct = engine.equals("libaio") ? "--direct=1 --iodepth=8 " : "";
      in(
          "fio-" + engine,
          "fio --name=v --rw=randwrite --bs=512-64k --bs_unaligned=0 --size=12m --verify=crc32c"
              + " --verify_fatal=1 --fallocate=none --randseed=7 --ioengine="
              + engine
              + " "
              + direct
              + "--output=$W/fio-"
              + engine);
    }
  }

  @Test
  void sparseCopiesAreTheSame() throws IOException {
    String blocks =
        in(
            "sparse",
            """
            truncate -s 20M s; for at in 0 3 9 19; do
              head -c 50000 /dev/urandom | dd of=s bs=1M seek=$at conv=notrunc status=none; done
            cp --sparse=auto s now; cmp s now
            cp --reflink=auto --sparse=always s copy; cmp s copy; sync; cp s later; cmp s later
            tar -Scf t.tar s; mkdir out; tar -C out -xf t.tar; cmp s out/s
            fallocate -p -o 3M -l 1M s; cmp -n 3145728 s copy; test $(tail -c +3145729 s | head -c 1M | tr -d '\\0' | wc -c) = 0
            stat -c %b later copy | sort -n | tail -1
            """);
    assertTrue(Long.parseLong(blocks.strip()) * 512 < 2_000_000, blocks);
  }

  @Test
  void appendsThroughTwoNamesAreAllThere() throws IOException {
    assertEquals(
        "600\n",
        in(
            "append",
            """
            : > a; ln a b
            for n in a b; do (for i in $(seq 300); do echo $n-$i >> $n; done) & done; wait
            sort -u a | wc -l
            """));
  }

  @Test
  void locksExclude() throws IOException {
    assertEquals(
        "90\n",
        in(
            "locks",
            """
            echo 0 > n; : > l
            for w in 1 2 3; do (for i in $(seq 30); do
              flock l sh -c 'read x < n; echo $((x + 1)) > n'; done) & done; wait; cat n
            """));
  }

  @Test
  void rangesOfBytesAreLockedThroughEveryName() throws IOException {
    in(
        "ranges",
        """
        head -c 1000 /dev/zero > f; ln f g
        python3 - <<'END'
        import errno, fcntl, os
        f = os.open('f', os.O_RDWR)
        fcntl.lockf(f, fcntl.LOCK_EX | fcntl.LOCK_NB, 100, 0)
        fcntl.lockf(f, fcntl.LOCK_SH | fcntl.LOCK_NB, 100, 500)
        def tried(what, start, name='g'):
            pid = os.fork()
            if pid == 0:
                other = os.open(name, os.O_RDWR)
                try:
                    fcntl.lockf(other, what | fcntl.LOCK_NB, 10, start); os._exit(0)
                except OSError as e:
                    os._exit(1 if e.errno in (errno.EAGAIN, errno.EACCES) else 2)
            return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        for name in ('f', 'g'):
            assert tried(fcntl.LOCK_EX, 95, name) == 1
            assert tried(fcntl.LOCK_SH, 50, name) == 1
            assert tried(fcntl.LOCK_EX, 100, name) == 0
            assert tried(fcntl.LOCK_SH, 550, name) == 0
            assert tried(fcntl.LOCK_EX, 550, name) == 1
        fcntl.lockf(f, fcntl.LOCK_UN, 50, 50)
        assert tried(fcntl.LOCK_EX, 60) == 0 and tried(fcntl.LOCK_EX, 20) == 1
        os.close(os.open('g', os.O_RDONLY))  # any close lets go of all, as POSIX has it
        assert tried(fcntl.LOCK_EX, 20) == 0
        END
        """);
  }

  @Test
  void theLargestFilesAreHoles() throws IOException {
    in(
        "largest",
        """
        truncate -s 4611686018427387904 f; echo end >> f
        test $(stat -c %s f) = 4611686018427387908; test $(du -k f | cut -f1) -lt 1000
        test "$(tail -c 4 f)" = end
        printf x | dd of=f bs=1 seek=1000000000000000 conv=notrunc status=none
        fallocate -p -o 999999999999000 -l 2000 f
        test "$(dd if=f bs=1 skip=1000000000000000 count=1 status=none | od -An -c | tr -d ' ')" = '\\0'
        truncate -s 9223372036854775807 f; truncate -s 5 f; test $(stat -c %s f) = 5
        """);
  }

  @Test
  void whatADesktopThrowsAwayIsInItsTrash() throws IOException {
    in(
        "trash",
        """
        mkdir -p .Trash-0/files .Trash-0/info d/e; echo kept > d/e/f
        printf '[Trash Info]\\nPath=trash/d\\n' > .Trash-0/info/d.trashinfo
        mv -n d .Trash-0/files/d; test ! -e d; test "$(cat .Trash-0/files/d/e/f)" = kept
        mv -n .Trash-0/files/d .; rm .Trash-0/info/d.trashinfo; test "$(cat d/e/f)" = kept
        rm -r .Trash-0 d; test -z "$(ls -A)"
        """);
  }

  @Test
  void packagesAreUnpackedAndSyncedAndRenamed() throws IOException {
    in(
        "packages",
        """
        python3 - <<'END'
        import os, threading
        def install(t):
            for i in range(60):
                n = '%d-%d' % (t, i % 20); new = n + '.dpkg-new'
                fd = os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
                os.write(fd, (n * 50 + str(i)).encode())
                os.fchmod(fd, 0o644); os.fchown(fd, 0, 0); os.fsync(fd); os.close(fd)
                if os.path.exists(n): os.link(n, n + '.dpkg-tmp')
                os.rename(new, n)
                if os.path.exists(n + '.dpkg-tmp'): os.unlink(n + '.dpkg-tmp')
                assert open(n).read().endswith(str(i))
        threads = [threading.Thread(target=install, args=(t,)) for t in range(4)]
        [t.start() for t in threads]; [t.join() for t in threads]
        assert len(os.listdir('.')) == 80
        END
        """);
  }

  @Test
  void aRunningProgramIsNotWritten() throws IOException {
    assertEquals(
        "busy\n",
        in(
            "running",
            """
            cp /bin/sleep s; ./s 30 & p=$!
            until test "$(readlink /proc/$p/exe)" = "$PWD/s"; do :; done
            if (echo x >> s) 2>$W/err; then echo written; fi
            grep -q 'Text file busy' $W/err && echo busy; kill $p
            """));
  }
}
