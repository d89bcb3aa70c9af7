package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that starts Kith, among JDKs that only tell how they were called. */
final class LauncherTest {
  private static final String JAVA =
      """
      #!/bin/sh
      echo "java $0"
      for word in "$@"; do echo "word [$word]"; done
      echo "locale $LC_CTYPE, ${LC_ALL:-none} for all; messages $LC_MESSAGES, ${LANGUAGE:-none}"
      """;

  private static final int SECONDS = 60;

  /** Hides the JDKs of this machine, in a namespace of its own. */
  private static final String ALONE =
      """
      for folder in /usr/lib/jvm /opt; do
        if [ -d $folder ]; then mount -t tmpfs none $folder; fi
      done
      exec "$@"
      """;

  @TempDir Path folder;
  private Path dist;
  private Path user;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void install() throws IOException {
    user = Files.createDirectory(folder.resolve("user"));
    dist = folder.resolve("a folder");
    Files.createDirectories(dist.resolve("lib"));
    Files.createDirectory(dist.resolve("bin"));
    Path launcher = Path.of("").toAbsolutePath().resolve("../fs/src/main/dist/bin/kith");
    Files.copy(launcher, dist.resolve("bin/kith"));
    assertTrue(dist.resolve("bin/kith").toFile().setExecutable(true));
    environment.put("HOME", user.toString());
    environment.put("LC_ALL", "de_DE.UTF-8");
  }

  /** A JDK in that folder of the user's. */
  private Path jdk(String name, String version) throws IOException {
    Path home = user.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("bin/java"), JAVA);
    assertTrue(home.resolve("bin/java").toFile().setExecutable(true));
    String release =
        "IMPLEMENTOR=\"x\"\nJAVA_RUNTIME_VERSION=\"%s+7\"\nJAVA_VERSION=\"%s\"\n"
            .formatted(version, version);
    Files.writeString(home.resolve("release"), release);
    return home;
  }

  private CliRun kith(String... arguments) throws IOException {
    return run(dist.resolve("bin/kith"), arguments);
  }

  private CliRun run(Path launcher, String... arguments) throws IOException {
    boolean root = Shell.run("id -u").strip().equals("0");
    List<String> command = new ArrayList<>(List.of("unshare", root ? "-m" : "-rm"));
    command.addAll(List.of("sh", "-euc", ALONE, "sh", launcher.toString()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    var builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(LauncherTest::isHeeded);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.onExit().orTimeout(SECONDS, TimeUnit.SECONDS).join();
    return new CliRun(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  private static boolean isHeeded(String variable) {
    return variable.startsWith("KITH_")
        || variable.startsWith("LC_")
        || variable.equals("LANG")
        || variable.equals("JAVA_HOME");
  }

  private static void started(Path jdk, CliRun run) {
    assertEquals(0, run.code(), run::toString);
    assertEquals("java " + jdk + "/bin/java", run.out().lines().findFirst().orElseThrow());
  }

  private static boolean has(CliRun run, String word) {
    return run.out().contains("word [" + word + "]\n");
  }

  @Test
  void theNewestJdkIsChosenByItsNumberWhereverItIs() throws IOException {
    jdk(".jdks/a", "9.0.4");
    jdk(".jdks/b", "17.0.15");
    jdk(".jdks/c", "1.8.0_402");
    Path newest = jdk(".sdkman/candidates/java/d", "25.0.3");
    environment.put("JAVA_HOME", jdk("mine", "21").toString());
    started(newest, kith("status"));
    environment.put("JAVA_HOME", jdk("mine", "110.1").toString());
    started(user.resolve("mine"), kith("status"));
  }

  @Test
  void whatIsNoWholeJdkIsPassedOver() throws IOException {
    Path whole = jdk(".jdks/a", "17");
    Files.delete(jdk(".jdks/b", "25").resolve("release"));
    assertTrue(jdk(".jdks/c", "26").resolve("bin/java").toFile().setExecutable(false));
    Files.writeString(jdk(".jdks/d", "27").resolve("release"), "JAVA_VERSION=\"unknown\"\n");
    started(whole, kith("status"));
  }

  @Test
  void theJdkThatIsAskedForIsTakenWhateverElseThereIs() throws IOException {
    jdk(".jdks/a", "25");
    environment.put("KITH_JAVA_HOME", jdk("asked", "17.0.1").toString());
    started(user.resolve("asked"), kith("status"));
    environment.put("KITH_JAVA_HOME", jdk("old", "16.0.2").toString());
    CliRun refused = kith("status");
    assertEquals(1, refused.code(), refused::toString);
    assertTrue(refused.err().contains("in " + user.resolve("old") + "."), refused::toString);
  }

  @Test
  void theJavaOfThePathServesWhereThereIsNoOther() throws IOException {
    Path jdk = jdk("somewhere/jdk", "17");
    Path programs = Files.createDirectory(folder.resolve("programs"));
    Files.createSymbolicLink(programs.resolve("java"), jdk.resolve("bin/java"));
    environment.put("PATH", programs + ":" + System.getenv("PATH"));
    started(jdk.toRealPath(), kith("status"));
  }

  @Test
  void withoutJava17TheMessageSaysWhatToInstall() throws IOException {
    jdk(".jdks/a", "16.0.2");
    jdk(".jdks/b", "1.8.0_402");
    CliRun refused = kith("status");
    assertEquals(1, refused.code(), refused::toString);
    assertEquals("", refused.out());
    assertEquals(
        "kith: no Java 17 or newer found. Install one (Debian: apt install default-jre-headless),"
            + " or set JAVA_HOME.\n",
        refused.err());
  }

  @Test
  void argumentsArriveAsTheyWere() throws IOException {
    jdk(".jdks/a", "17");
    List<String> arguments = List.of("snapshot", "create", "two  words", "", "*", "$HOME", "ä\"'");
    CliRun run = kith(arguments.toArray(String[]::new));
    String expected = "word [-jar]\nword [" + dist.toRealPath() + "/lib/kith.jar]\n";
    for (String argument : arguments) {
      expected += "word [" + argument + "]\n";
    }
    assertTrue(run.out().contains(expected + "locale"), run::toString);
  }

  @Test
  void linksToItLeadToItsJar() throws IOException {
    jdk(".jdks/a", "17");
    Path programs = Files.createDirectory(folder.resolve("programs"));
    Files.createSymbolicLink(programs.resolve("first"), Path.of("../a folder/bin/kith"));
    Files.createSymbolicLink(folder.resolve("second"), programs.resolve("first"));
    CliRun run = run(folder.resolve("second"), "status");
    assertTrue(has(run, dist.toRealPath() + "/lib/kith.jar"), run::toString);
  }

  @Test
  void theArchiveOfThatVeryJdkIsUsedIfItIsThere() throws IOException {
    jdk(".jdks/a", "17.0.15");
    Path lib = dist.toRealPath().resolve("lib");
    Files.createFile(lib.resolve("kith-17.0.14+7.jsa"));
    assertFalse(kith("status").out().contains(".jsa"));
    Path archive = Files.createFile(lib.resolve("kith-17.0.15+7.jsa"));
    CliRun run = kith("status");
    assertTrue(has(run, "-XX:SharedArchiveFile=" + archive), run::toString);
    environment.put("KITH_CDS_TRAIN", "1");
    CliRun training = kith("help");
    assertTrue(has(training, "-XX:ArchiveClassesAtExit=" + archive), training::toString);
    assertFalse(training.out().contains("-XX:SharedArchiveFile="), training::toString);
  }

  @Test
  void aNodeGoesByWhatAnEarlierOneCompiled() throws IOException {
    jdk(".jdks/a", "25.0.3");
    Path lib = dist.toRealPath().resolve("lib");
    Path archive = Files.createFile(lib.resolve("kith-25.0.3+7.jsa"));
    assertTrue(has(kith("serve"), "-XX:SharedArchiveFile=" + archive));
    Path learnt = Files.createFile(lib.resolve("kith-25.0.3+7.aot"));
    CliRun node = kith("serve");
    assertTrue(has(node, "-XX:AOTCache=" + learnt), node::toString);
    assertFalse(node.out().contains("-XX:SharedArchiveFile="), node::toString);
    CliRun command = kith("status");
    assertTrue(has(command, "-XX:SharedArchiveFile=" + archive), command::toString);
    assertFalse(command.out().contains("-XX:AOTCache="), command::toString);
    environment.put("KITH_AOT_TRAIN", "1");
    CliRun training = kith("mount");
    assertTrue(has(training, "-XX:AOTCacheOutput=" + learnt), training::toString);
    assertFalse(training.out().contains("-XX:AOTCache="), training::toString);
    assertFalse(kith("status").out().contains(".aot"));
  }

  @Test
  void nodesAreOptimisedAndCommandsThatEndSoonAreNot() throws IOException {
    jdk(".jdks/a", "17");
    for (String command : List.of("serve", "mount", "recover")) {
      CliRun node = kith(command);
      assertFalse(has(node, "-XX:TieredStopAtLevel=1"), command);
      assertTrue(has(node, "-XX:G1HeapRegionSize=8m"), command);
    }
    assertTrue(has(kith("status"), "-XX:TieredStopAtLevel=1"));
    CliRun restore = kith("restore", "--kit", "kit.txt", "latest", "there");
    assertTrue(has(restore, "-XX:TieredStopAtLevel=1"), restore::toString);
    assertTrue(has(restore, "-XX:G1HeapRegionSize=8m"), restore::toString);
    assertFalse(has(kith("mount", "restore"), "-XX:TieredStopAtLevel=1"));
    CliRun view = kith("recover", "--kit", "kit.txt", "--view", "there");
    assertTrue(has(view, "-XX:TieredStopAtLevel=1"), view::toString);
    assertTrue(has(view, "-XX:G1HeapRegionSize=8m"), view::toString);
    assertFalse(has(kith("recover", "--kit", "kit.txt"), "-XX:TieredStopAtLevel=1"));
  }

  @Test
  void optionsOfTheUserComeAfterItsOwn() throws IOException {
    jdk(".jdks/a", "25");
    Files.createFile(dist.toRealPath().resolve("lib/kith-25+7.jsa"));
    environment.put("KITH_JAVA_OPTS", "-Xmx1g  -Dx=y");
    List<String> words = kith("status").out().lines().toList();
    int theirs = words.indexOf("word [-Xmx1g]");
    assertTrue(theirs > words.indexOf("word [-Xmx512m]"), words::toString);
    assertTrue(words.contains("word [--enable-native-access=ALL-UNNAMED]"), words::toString);
    assertEquals(List.of("word [-Dx=y]", "word [-jar]"), words.subList(theirs + 1, theirs + 3));
    assertTrue(words.get(theirs - 1).contains("native"), words::toString);
    assertTrue(words.get(theirs - 2).contains(".jsa"), words::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", ""})
  void fileNamesAreUtf8WhereTheLocaleSaysNothingAndErrorsAreInEnglish(String locale)
      throws IOException {
    jdk(".jdks/a", "17");
    environment.put("LC_ALL", locale);
    environment.put("LANGUAGE", "de");
    String rest = ", none for all; messages C, none\n";
    assertTrue(kith("status").out().contains("locale C.UTF-8" + rest));
    environment.put("LC_ALL", "de_DE.ISO-8859-1");
    assertTrue(kith("status").out().contains("locale de_DE.ISO-8859-1" + rest));
  }
}
