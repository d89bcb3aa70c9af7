package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import kith.fs.fuse.MountOptions.Binding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads that wait for partners hold up nobody, and end when their program does. */
final class SlowReadTest {
  private static final String READ = "dd if=slow of=/dev/null bs=4k count=1 status=none";
  private static final String DIRECTLY = READ + " iflag=direct";

  @TempDir Path folder;
  private MountedProcess mounted;

  @BeforeEach
  void mount() throws IOException {
    mounted = MountedProcess.start(Binding.LOW_LEVEL, SlowSource.class, folder, "");
    in("head -c 1M /dev/zero > slow; touch wake; echo quick > quick; sync");
    in("python3 -c 'import os; os.posix_fadvise(os.open(\"slow\", 0), 0, 0, 4)'");
  }

  @AfterEach
  void unmount() throws IOException {
    in("rm -f wake");
    mounted.close();
  }

  private String in(String script) throws IOException {
    return Shell.run("cd '" + folder + "'; " + script);
  }

  /** Ends the program with a signal once it hangs, and tells its exit status. */
  private String endedBy(String signal, String program) throws IOException {
    return in(
        "exec 2>/dev/null; "
            + program
            + " >/dev/null 2>&1 & p=$!; sleep 1; kill -0 $p; kill -"
            + signal
            + " $p; s=0; timeout 20 tail --pid=$p -f /dev/null; wait $p || s=$?; echo $s");
  }

  @Test
  void aProgramThatReadsDirectlyCanBeInterrupted() throws IOException {
    assertEquals("130\n", endedBy("INT", "exec env --default-signal=INT " + DIRECTLY));
  }

  @Test
  void aProgramThatReadsDirectlyCanBeKilled() throws IOException {
    assertEquals("137\n", endedBy("KILL", "exec " + DIRECTLY));
  }

  @Test
  void aProgramThatReadsThroughTheCacheCanBeKilled() throws IOException {
    assertEquals("137\n", endedBy("KILL", "exec " + READ));
  }

  @Test
  void manySlowReadsStopNothingElse() throws IOException {
    in("for i in $(seq 40); do " + DIRECTLY + " >&- 2>&- & done; sleep 1");
    assertEquals("quick\n", in("timeout 20 cat quick"));
    assertEquals("new\n", in("timeout 20 sh -c 'echo new > new; cat new; rm new; ls -l > ls'"));
    assertEquals("40\n", in("pgrep -cf 'dd if=slow'"));
    in("rm wake; timeout 20 sh -c 'while pgrep -f \"dd if=slo[w]\"; do :; done' >&-");
  }

  @Test
  void whatWasSlowArrives() throws IOException {
    assertEquals(
        "1048576\n", in("(wc -c < slow > n; cat slow | wc -c > n) & rm wake; wait; cat n"));
  }
}
