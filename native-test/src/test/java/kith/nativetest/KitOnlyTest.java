package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A drive comes back on a machine that has nothing but the kit's text: a network namespace whose
 * only way leads to the partners, one of whom is dead, and a mount namespace in which nothing of
 * the old machine is to be seen.
 */
@Timeout(300)
final class KitOnlyTest {
  private static final String CONFIG =
      "\"finding\": {\"localNetwork\": false}, \"network\": {\"map\": false}";
  private static final int PARTNERS = 3;

  /** What each file is, and what is in it. */
  private static final String ALL_OF_IT =
      "cd '%s'; find . -printf '%%y %%m %%n %%T@ %%l %%P\\n' | sort;"
          + " find . -type f -print0 | sort -z | xargs -0 sha256sum";

  private @TempDir Path before;
  private @TempDir Path after;
  private InternetNodes nodes;
  private Process bare;

  @BeforeEach
  void connect() throws IOException {
    boolean root = Shell.run("id -u").strip().equals("0");
    assumeTrue(root || "true".equals(System.getenv("CI")), "only root makes network namespaces");
    nodes = new InternetNodes(before);
  }

  @AfterEach
  void end() throws IOException {
    if (bare != null) {
      bare.destroyForcibly(); // and with it all that runs and is mounted in its namespaces
    }
    if (nodes != null) {
      nodes.close();
    }
  }

  @Test
  void everythingComesBackWhereThereIsNothingButTheKit() throws Exception {
    List<InternetNodes.Node> partners = partners();
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
    String kit = owner.home.done("kit");
    String written = Shell.run(ALL_OF_IT.formatted(source));

    owner.crash();
    Shell.run("rm -r '%s' '%s'".formatted(source, before.resolve("owner")));
    CliHome.kill(partners.get(1).process);
    List<String> there = bareMachine(partners);

    CliHome home = new CliHome(after.resolve("home"));
    Path view = home.beside("view");
    home.doneWith(kit, there, "recover", "--kit", "-", "--view", view.toString());
    assertSame(written, in(there, ALL_OF_IT.formatted(view.resolve("latest/."))));
    assertEquals("latest\nlive\nsaved\n", in(there, "ls '" + view + "'"));
    assertEquals("", Shell.run("ls '" + view + "'"), "seen outside of the namespace");
    home.doneWith("", there, "umount", view.toString());

    CliHome other = new CliHome(after.resolve("other"));
    Path back = after.resolve("back");
    String[] restore = {"restore", "--kit", "-", "saved", back.toString()};
    String told = other.doneWith(kit, there, restore);
    assertTrue(told.contains("restored 202 files"), told);
    assertSame(written, in(there, ALL_OF_IT.formatted(back)));
    String counted = in(there, "nft list counter inet only elsewhere");
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

  private InternetNodes.Node node(String name, String address) throws IOException {
    Internet.Host host = nodes.internet.host(name, address);
    return nodes.prepare(name, host, CONFIG, CliHome.Launch.PLAIN);
  }

  private List<InternetNodes.Node> partners() throws IOException {
    List<Internet.Host> hosts = new ArrayList<>();
    for (int i = 0; i < PARTNERS; i++) {
      hosts.add(nodes.internet.host("p" + i, "31." + i + ".1.2"));
    }
    // Most of the time of this test are starts of programs.
    return IntStream.range(0, PARTNERS).parallel().mapToObj(i -> partner(hosts.get(i))).toList();
  }

  private InternetNodes.Node partner(Internet.Host host) {
    try {
      String name = "partner-" + host.address();
      InternetNodes.Node partner = nodes.prepare(name, host, CONFIG, CliHome.Launch.PLAIN);
      partner.process = partner.home.begun(host.runner(), "serve", "--background");
      return partner;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
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

  /** What runs something on a machine that sees nothing of the others. */
  private List<String> bareMachine(List<InternetNodes.Node> partners) throws Exception {
    Internet.Host host = nodes.internet.host("bare", "31.8.8.2");
    for (InternetNodes.Node partner : partners) {
      String way = partner.host.address() + " via 31.8.8.1";
      Shell.run("ip -n %s route add %s".formatted(host.space(), way));
    }
    Shell.run("ip -n %s route del default".formatted(host.space()));
    Internet.in(host.space(), onlyTo(partners));
    List<String> command = new ArrayList<>(host.runner());
    command.addAll(
        List.of(
            "unshare", "--mount", "--propagation", "private", "--pid", "--fork", "--mount-proc"));
    command.addAll(List.of("--kill-child", "sh", "-euc", "mount -t tmpfs none \"$0\"; echo; cat"));
    command.add(before.toString());
    bare = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertEquals('\n', bare.getInputStream().read());
    long inside = bare.descendants().findFirst().orElseThrow().pid();
    List<String> there = List.of("nsenter", "--mount", "--net", "--pid", "-t", "" + inside);
    assertEquals("", in(there, "ls -A '" + before + "'"));
    return there;
  }

  /** Counts what goes elsewhere than to the partners, and lets nothing of it out. */
  private static String onlyTo(List<InternetNodes.Node> partners) {
    String addresses =
        String.join(", ", partners.stream().map(partner -> partner.host.address()).toList());
    return """
    nft add table inet only
    nft add counter inet only elsewhere
    nft add chain inet only out "{ type filter hook output priority 0; }"
    nft add rule inet only out oifname lo accept
    nft add rule inet only out ip daddr "{ %s }" tcp dport %d accept
    nft add rule inet only out meta l4proto "{ tcp, udp }" counter name elsewhere drop
    """
        .formatted(addresses, InternetNodes.PORT);
  }

  private static String in(List<String> there, String script) throws IOException {
    String quoted = script.replace("'", "'\\''");
    return Shell.run(String.join(" ", there) + " bash -euc '" + quoted + "'");
  }
}
