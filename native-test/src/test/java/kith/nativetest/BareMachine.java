package kith.nativetest;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine that has nothing of another one: a network namespace whose only ways lead to some
 * nodes, and a mount namespace in which a folder is hidden. Closing it ends all that runs and is
 * mounted there.
 */
final class BareMachine implements AutoCloseable {
  private final Internet.Host host;
  private final Process process;

  /** What runs a program there. */
  final List<String> there;

  /**
   * @param partners all that it reaches
   * @param hidden empty for whoever looks from there
   */
  BareMachine(Internet internet, List<InternetNodes.Node> partners, Path hidden)
      throws IOException {
    host = internet.host("bare", "31.8.8.2");
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
    command.add(hidden.toString());
    process = new ProcessBuilder(command).redirectErrorStream(true).start();
    assertEquals('\n', process.getInputStream().read());
    long inside = process.descendants().findFirst().orElseThrow().pid();
    there = List.of("nsenter", "--mount", "--net", "--pid", "-t", "" + inside);
    assertEquals("", in("ls -A '" + hidden + "'"));
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
    nft add rule inet only out ip daddr "{ %1$s }" tcp sport %2$d accept
    nft add rule inet only out meta l4proto "{ tcp, udp }" counter name elsewhere drop
    """
        .formatted(addresses, InternetNodes.PORT);
  }

  String address() {
    return host.address();
  }

  /** Runs a script there. */
  String in(String script) throws IOException {
    String quoted = script.replace("'", "'\\''");
    return Shell.run(String.join(" ", there) + " bash -euc '" + quoted + "'");
  }

  /** What it sent elsewhere than to the partners, as nft counts it. */
  String elsewhere() throws IOException {
    return in("nft list counter inet only elsewhere");
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
