package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A drive comes back on a machine that has nothing but the kit's text: a network namespace whose
 * only way leads to the partners, one of whom is dead, and a mount namespace in which nothing of
 * the old machine is to be seen.
 */
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class KitOnlyTest {
  private static final String CONFIG =
      "\"finding\": {\"localNetwork\": false}, \"network\": {\"map\": false}";
  private static final int PARTNERS = 3;
  private static final int FILES = 202;

  /** What each file is, and what is in it. */
  private static final String ALL_OF_IT =
      "cd '%s'; find . -printf '%%y %%m %%n %%T@ %%l %%P\\n' | sort;"
          + " find . -type f -print0 | sort -z | xargs -0 sha256sum";

  private static @TempDir Path before;
  private static @TempDir Path after;
  private static InternetNodes nodes;
  private static List<InternetNodes.Node> partners;
  private static BareMachine bare;
  private static String kit;
  private static String written;

  @BeforeAll
  static void loseTheMachine() throws Exception {
    boolean root = Shell.run("id -u").strip().equals("0");
    assumeTrue(root || "true".equals(System.getenv("CI")), "only root makes network namespaces");
    nodes = new InternetNodes(before);
    partners = partners();
    InternetNodes.Node owner = node("owner", "31.9.9.2");
    owner.start();
    for (InternetNodes.Node partner : partners) {
      InternetNodes.befriend(owner, partner);
    }
    Path source = Files.createDirectory(before.resolve("source"));
    fill(source);
    Shell.run("rsync -aHX '%s/' '%s/'".formatted(source, owner.drive));
    owner.home.done("snapshot", "create", "saved");
    owner.awaitSafe();
    kit = owner.home.done("kit");
    written = Shell.run(ALL_OF_IT.formatted(source));
    owner.crash();
    Shell.run("rm -r '%s' '%s'".formatted(source, before.resolve("owner")));
    CliHome.kill(partners.get(1).process);
    bare = new BareMachine(nodes.internet, partners, before);
  }

  @AfterAll
  static void end() throws IOException {
    if (bare != null) {
      bare.close();
    }
    if (nodes != null) {
      nodes.close();
    }
  }

  @Test
  @Order(1)
  void everythingComesBackWhereThereIsNothingButTheKit() throws Exception {
    CliHome home = new CliHome(after.resolve("home"));
    Path view = home.beside("view");
    home.doneWith(kit, bare.there, "recover", "--kit", "-", "--view", view.toString());
    assertSame(written, bare.in(ALL_OF_IT.formatted(view.resolve("latest/."))));
    assertEquals("latest\nlive\nsaved\n", bare.in("ls '" + view + "'"));
    assertEquals("", Shell.run("ls '" + view + "'"), "seen outside of the namespace");
    home.doneWith("", bare.there, "umount", view.toString());

    CliHome other = new CliHome(after.resolve("other"));
    Path back = after.resolve("back");
    String[] restore = {"restore", "--kit", "-", "saved", back.toString()};
    String told = other.doneWith(kit, bare.there, restore);
    assertTrue(told.contains("restored " + FILES + " files"), told);
    assertSame(written, bare.in(ALL_OF_IT.formatted(back)));
    assertNothingWentElsewhere();
  }

  /** The last, for in the end what partners have is spoilt. */
  @Test
  @Order(2)
  void aDrillTriesAllOfItAndNoticesOneByteMoreThanTheCodeBears() throws Exception {
    CliHome home = new CliHome(after.resolve("new"));
    Path drive = becomesTheNode(home);
    Instant begun = Instant.now();
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(() -> assertAllCameBack(drill(home, 0)));
    Instant drilled = Instant.parse(drilled(drive.resolve("large")));
    assertTrue(drilled.compareTo(begun.minusMillis(1)) >= 0, drilled + " after " + begun);
    assertEquals(drilled(drive.resolve("large")), drilled(drive.resolve("deep/linked")));
    assertTrue(drilled(drive.resolve("small/7")).matches("2.*Z"), "each file has a stamp");
    assertStatus(home, "202 of 202 files came back");

    spoil(partners.get(0));
    String told = drill(home, 3);
    assertTrue(told.matches("(?s).* come back: (large|deep/linked): cannot be read now.*"), told);
    assertFalse(drilled(drive.resolve("large")).contains("failed"), "the dead one may return");

    spoil(partners.get(2)); // whoever returns now, the code does not bear it
    told = drill(home, 3);
    assertTrue(told.matches("(?s).* come back: (large|deep/linked): (?!cannot).*"), told);
    assertTrue(drilled(drive.resolve("large")).startsWith("failed 2"), told);
    assertTrue(drilled(drive.resolve("small/7")).matches("2.*Z"), "no other did");
    assertStatus(home, "; 1 did not come back as they were");
    assertNothingWentElsewhere();
    home.doneWith("", bare.there, "umount", "--now", drive.toString());
  }

  /** Returns where its drive is mounted. */
  private static Path becomesTheNode(CliHome home) throws IOException {
    Path text = Files.writeString(after.resolve("kit"), kit);
    String listen = bare.address() + ":" + InternetNodes.PORT;
    CliRun run =
        home.kithBehind(
            bare.there, "recover", "--kit", text.toString(), "--listen", listen, "--space", "1GiB");
    assertEquals(0, run.code(), run::toString);
    // Two partners are left for what is new, its head among it.
    String own = "{\"listen\": \"%s\", \"cache\": \"256 MiB\", \"code\": \"1+1\", %s}";
    String config = own.formatted(listen, CONFIG);
    Files.writeString(home.home().resolve("config.json"), config);
    Path drive = home.beside("drive");
    home.doneWith("", bare.there, "mount", drive.toString());
    return drive;
  }

  /** What a drill of every file says. */
  private static String drill(CliHome home, int code) throws IOException {
    CliRun run = home.kithBehind(bare.there, "drill", "--percent", "100");
    assertEquals(code, run.code(), run::toString);
    return run.out() + run.err();
  }

  private static void assertAllCameBack(String told) {
    assertTrue(told.startsWith(FILES + " of " + FILES + " files ("), told);
  }

  private static String drilled(Path file) throws IOException {
    return bare.in("getfattr --absolute-names --only-values -n user.kith.drilled '" + file + "'");
  }

  private static void assertStatus(CliHome home, String part) throws IOException {
    String status = home.doneWith("", bare.there, "status");
    assertTrue(status.contains(part), status);
  }

  /** Changes one byte in the middle of the largest thing that a partner keeps. */
  private static void spoil(InternetNodes.Node partner) throws IOException {
    Shell.run(
        """
        cd '%s'; set -- $(find . -path '*held*' -type f -printf '%%s %%p\\n' | sort -n | tail -1)
        byte=$(od -An -tu1 -j $(($1 / 2)) -N 1 "$2")
        printf "\\\\$(printf %%o $((byte ^ 1)))" |
          dd of="$2" bs=1 seek=$(($1 / 2)) conv=notrunc status=none
        """
            .formatted(partner.home.home()));
  }

  private static void assertNothingWentElsewhere() throws IOException {
    String counted = bare.elsewhere();
    assertTrue(counted.contains("packets 0 bytes 0"), counted);
  }

  /** Fails with the lines that only one of the two has. */
  private static void assertSame(String expected, String found) {
    List<String> gone = new ArrayList<>(expected.lines().toList());
    List<String> more = new ArrayList<>(found.lines().toList());
    gone.removeAll(found.lines().toList());
    more.removeAll(expected.lines().toList());
    assertEquals(String.join("\n", gone), String.join("\n", more));
    assertEquals(expected, found);
  }

  private static InternetNodes.Node node(String name, String address) throws IOException {
    Internet.Host host = nodes.internet.host(name, address);
    return nodes.prepare(name, host, CONFIG, CliHome.Launch.PLAIN);
  }

  private static List<InternetNodes.Node> partners() throws IOException {
    List<Internet.Host> hosts = new ArrayList<>();
    for (int i = 0; i < PARTNERS; i++) {
      hosts.add(nodes.internet.host("p" + i, "31." + i + ".1.2"));
    }
    // Most of the time of this test are starts of programs.
    return IntStream.range(0, PARTNERS).parallel().mapToObj(i -> partner(hosts.get(i))).toList();
  }

  private static InternetNodes.Node partner(Internet.Host host) {
    try {
      String name = "partner-" + host.address();
      InternetNodes.Node partner = nodes.prepare(name, host, CONFIG, CliHome.Launch.PLAIN);
      partner.process = partner.home.begun(host.runner(), "serve", "--background");
      return partner;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Small files and a large one, links, and a name that is no UTF-8. */
  private static void fill(Path source) throws IOException {
    Shell.run(
        """
        cd '%s'; mkdir -p small deep/er/and/deeper $'b\\xf6se'
        for i in $(seq 200); do echo $i > small/$i; done
        head -c 3000000 /dev/urandom > large; ln large deep/linked; ln -s ../large deep/er/link
        echo deep > deep/er/and/deeper/file; chmod 640 large
        find . -exec touch -h -d 2001-02-03T04:05:06.7Z {} +
        """
            .formatted(source));
  }
}
