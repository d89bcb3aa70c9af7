package kith.nativetest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * An internet of network namespaces: hosts with addresses of their own, and hosts behind NATs, all
 * joined by one router. Closing it takes all of them away, however far it was built. Needs root.
 */
final class Internet implements AutoCloseable {
  private final String prefix = "kith-" + ProcessHandle.current().pid() + "-";
  private final List<String> spaces = new ArrayList<>();
  private final String router;
  private final List<Process> programs = new ArrayList<>();
  private final Map<String, String> cables = new HashMap<>();

  /**
   * A machine.
   *
   * @param space its network namespace
   * @param address that it has itself
   * @param nat the namespace of the NAT before it; null for none
   * @param seen the address that others see
   */
  record Host(String space, String address, String nat, String seen) {
    /** What runs a program there; what it mounts is seen everywhere. */
    List<String> runner() {
      return List.of("nsenter", "--net=/run/netns/" + space);
    }
  }

  Internet() throws IOException {
    router = space("router");
    forwards(router);
  }

  private String space(String name) throws IOException {
    String space = prefix + name;
    Shell.run("ip netns add " + space);
    spaces.add(space);
    Shell.run("ip -n " + space + " link set lo up");
    return space;
  }

  private static void forwards(String space) throws IOException {
    in(space, "echo 1 > /proc/sys/net/ipv4/ip_forward");
  }

  /** Runs a script in a namespace. */
  static String in(String space, String script) throws IOException {
    return Shell.run("ip netns exec " + space + " bash -euc '" + script + "'");
  }

  /** A host with an address of its own, the only one in its /24. */
  Host host(String name, String address) throws IOException {
    String space = space(name);
    attach(space, address);
    return new Host(space, address, null, address);
  }

  /** Lays a cable from the router, whose end has the first address of the /24. */
  private void attach(String space, String address) throws IOException {
    String gateway = address.replaceFirst("\\d+$", "1");
    String end = "v" + cables.size();
    cable(router, gateway, end, space, address);
    cables.put(space, end);
    Shell.run("ip -n %s route add default via %s".formatted(space, gateway));
  }

  /** Takes a host that is behind no NAT to another network, where it has this address alone. */
  Host move(Host host, String address) throws IOException {
    String gateway = address.replaceFirst("\\d+$", "1");
    Shell.run(
        """
        ip -n %1$s address add %2$s/24 dev %3$s
        ip -n %4$s address flush dev eth0; ip -n %4$s address add %5$s/24 dev eth0
        ip -n %4$s route replace default via %2$s
        """
            .formatted(router, gateway, cables.get(host.space), host.space, address));
    return new Host(host.space, address, null, address);
  }

  private static void cable(String from, String at, String named, String to, String address)
      throws IOException {
    Shell.run(
        """
        ip -n %1$s link add %3$s type veth peer name eth0 netns %4$s
        ip -n %1$s address add %2$s/24 dev %3$s; ip -n %1$s link set %3$s up
        ip -n %4$s address add %5$s/24 dev eth0; ip -n %4$s link set eth0 up
        """
            .formatted(from, at, named, to, address));
  }

  /**
   * A host behind a NAT that lets it dial others, and nobody in.
   *
   * @param address of the host, the NAT has the first one of its /24
   * @param seen address of the NAT
   */
  Host behindNat(String name, String address, String seen) throws IOException {
    String nat = space(name + "-nat");
    attach(nat, seen);
    forwards(nat);
    String space = space(name);
    String inner = address.replaceFirst("\\d+$", "1");
    cable(nat, inner, "lan", space, address);
    Shell.run("ip -n %s route add default via %s".formatted(space, inner));
    in(
        nat,
        """
        nft add table ip nat
        nft add chain ip nat pre "{ type nat hook prerouting priority -100; }"
        nft add chain ip nat post "{ type nat hook postrouting priority 100; }"
        nft add rule ip nat post oifname eth0 masquerade
        nft add table ip guard
        nft add chain ip guard in "{ type filter hook input priority 0; }"
        nft add rule ip guard in iifname eth0 ct state established,related accept
        nft add rule ip guard in iifname eth0 drop
        nft add chain ip guard through "{ type filter hook forward priority 0; }"
        """);
    return new Host(space, address, nat, seen);
  }

  /** Lets others in at this port. */
  void forward(Host host, int port) throws IOException {
    in(
        host.nat,
        "nft add rule ip nat pre iifname eth0 tcp dport %1$d dnat to %2$s:%1$d"
            .formatted(port, host.address));
  }

  /**
   * Lets a NAT open ports when it is asked.
   *
   * @param protocol "natpmp" or "upnp"
   * @param folder for its configuration
   */
  void opensPorts(Host host, String protocol, Path folder) throws IOException {
    in(
        host.nat,
        """
        nft add table inet filter
        nft add chain inet filter miniupnpd
        nft add chain inet filter forward "{ type filter hook forward priority 1; }"
        nft add rule inet filter forward jump miniupnpd
        for c in prerouting postrouting; do nft add chain inet filter ${c}_miniupnpd; done
        nft add chain inet filter prerouting "{ type nat hook prerouting priority -101; }"
        nft add rule inet filter prerouting jump prerouting_miniupnpd
        nft add chain inet filter postrouting "{ type nat hook postrouting priority 101; }"
        nft add rule inet filter postrouting jump postrouting_miniupnpd
        """);
    Path config = folder.resolve("miniupnpd.conf");
    Files.writeString(config, openingPorts(protocol));
    programs.add(
        new ProcessBuilder(
                "ip",
                "netns",
                "exec",
                host.nat,
                "miniupnpd",
                "-d",
                "-f",
                config.toString(),
                "-P",
                folder.resolve("miniupnpd.pid").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("miniupnpd.log").toFile())
            .start());
  }

  private static String openingPorts(String protocol) {
    return """
    ext_ifname=eth0
    listening_ip=lan
    enable_natpmp=%s
    enable_upnp=%s
    secure_mode=yes
    uuid=5ec37fb1-0c36-4a4c-8a4a-7a2c6f5f0001
    allow 1024-65535 0.0.0.0/0 1024-65535
    deny 0-65535 0.0.0.0/0 0-65535
    """
        .formatted(
            protocol.equals("natpmp") ? "yes" : "no", protocol.equals("upnp") ? "yes" : "no");
  }

  /** What a NAT lets in. */
  String letsIn(Host host) throws IOException {
    return in(host.nat, "nft list ruleset | grep dnat || true");
  }

  /** Lets nothing through a NAT in either direction, or again what it let through before. */
  void cut(Host host, boolean cut) throws IOException {
    in(host.nat, cut ? "nft add rule ip guard through drop" : "nft flush chain ip guard through");
  }

  /** Loses this share of what comes to a host and goes from it, in percent; 0 ends it. */
  void loses(Host host, int percent) throws IOException {
    trouble(host, percent == 0 ? "" : "numgen random mod 100 \"<\" " + percent + " drop");
  }

  /** Lets nothing come to a host and go from it, or everything again. */
  void partition(Host host, boolean away) throws IOException {
    trouble(host, away ? "oifname eth0 drop" : "");
  }

  /** What is done to every packet of a host, both ways; nothing if it is empty. */
  private static void trouble(Host host, String rule) throws IOException {
    String out = rule.isEmpty() ? "" : "nft add rule inet trouble out " + rule;
    String in = out.replace("trouble out", "trouble in").replace("oifname", "iifname");
    in(
        host.space,
        """
        nft add table inet trouble
        nft flush table inet trouble
        nft add chain inet trouble in "{ type filter hook input priority 0; }"
        nft add chain inet trouble out "{ type filter hook output priority 0; }"
        %s
        %s
        """
            .formatted(in, out));
  }

  /**
   * Bounds what a host sends.
   *
   * @param rate as tc writes it, "2mbit"; empty for no bound
   */
  void rate(Host host, String rate) throws IOException {
    in(host.space, "tc qdisc del dev eth0 root || true");
    if (!rate.isEmpty()) {
      String bound = " tbf rate " + rate + " burst 32kbit latency 400ms";
      in(host.space, "tc qdisc add dev eth0 root" + bound);
    }
  }

  @Override
  public void close() throws IOException {
    programs.forEach(Process::destroy);
    for (String space : spaces) {
      Shell.run("ip netns del " + space + " || true");
    }
    spaces.clear();
  }
}
