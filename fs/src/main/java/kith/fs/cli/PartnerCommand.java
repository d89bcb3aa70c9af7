package kith.fs.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import kith.fs.node.AcceptTerms;
import kith.fs.node.ByteSize;
import kith.fs.node.ConfigFile;
import kith.fs.node.InviteTerms;
import kith.fs.node.KnownNodeInfo;
import kith.fs.node.PartnerInfo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kith partner}. */
@Command(name = "partner", description = "Agree with others to keep each other's pieces.")
final class PartnerCommand implements Callable<Integer> {
  private final KithCommand kith;

  @Spec private CommandSpec spec;

  PartnerCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "invite, accept, list or known?");
  }

  @Command(
      name = "invite",
      description = "Print a code that another node can accept, once. Tell it to nobody else.")
  int invite(
      @Option(names = "--name", paramLabel = "NAME", description = "Your name, as they see it.")
          String name,
      @Option(
              names = "--space",
              paramLabel = "SIZE",
              description = "Space each way (default: spacePerPartner of the configuration).")
          ByteSize space,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              defaultValue = "7d",
              description = "How long the code can be used (default: ${DEFAULT-VALUE}).")
          Duration expires)
      throws Exception {
    var node = kith.node();
    long bytes = (space == null ? defaultSpace() : space).bytes();
    var invitation = node.invite(terms(() -> new InviteTerms(text(name), bytes, bytes, expires)));
    kith.print("%s", invitation.code());
    kith.surroundings()
        .err()
        .printf(
            "On the other node: kith partner accept CODE   (%s each way, until %s)%n",
            ByteSize.show(bytes), Times.show(invitation.expires()));
    return 0;
  }

  @Command(name = "accept", description = "Use a code that somebody's node has printed.")
  int accept(
      @Parameters(arity = "1..*", paramLabel = "CODE", description = "With or without gaps.")
          List<String> code,
      @Option(names = "--name", paramLabel = "NAME", description = "Your name, as they see it.")
          String name,
      @Option(
              names = "--space",
              paramLabel = "SIZE",
              description =
                  "The most that you keep for them (default: spacePerPartner of the"
                      + " configuration).")
          ByteSize space)
      throws Exception {
    var node = kith.node();
    long bytes = (space == null ? defaultSpace() : space).bytes();
    var partner =
        node.accept(String.join("", code), terms(() -> new AcceptTerms(text(name), bytes)));
    kith.print(
        "Agreed with %s: they keep %s for you, you keep %s for them.",
        partner.label(),
        ByteSize.show(partner.spaceForUs()),
        ByteSize.show(partner.spaceForThem()));
    return 0;
  }

  @Command(name = "list", description = "List everyone with whom there is an agreement.")
  int list(@Option(names = "--json", description = "Print JSON.") boolean json) throws Exception {
    var partners = kith.node().partners();
    kith.print("%s", json ? JsonOutput.of(partners) : table(partners));
    return 0;
  }

  @Command(
      name = "known",
      description = "List the nodes that this one has heard of: possible partners.")
  int known(@Option(names = "--json", description = "Print JSON.") boolean json) throws Exception {
    var nodes = kith.node().knownNodes();
    kith.print("%s", json ? JsonOutput.of(nodes) : knownTable(nodes));
    return 0;
  }

  private static String knownTable(List<KnownNodeInfo> nodes) {
    if (nodes.isEmpty()) {
      return "no nodes are known";
    }
    var table = new Table("NODE", "PARTNER", "OFFERS", "WANTS", "HOURS", "SYSTEM", "ADDRESS");
    for (var node : nodes) {
      table.row(
          node.name().isEmpty() ? brief(node.owner()) : node.name(),
          node.partner() ? "yes" : "no",
          ByteSize.show(node.offered()),
          ByteSize.show(node.wanted()),
          String.valueOf(node.hours()),
          node.system() + " " + node.machine(),
          node.addresses().get(0));
    }
    return table.toString().stripTrailing();
  }

  static String table(List<PartnerInfo> partners) {
    if (partners.isEmpty()) {
      return "no partners";
    }
    var table =
        new Table("PARTNER", "ANSWERS", "LAST SEEN", "OURS THERE", "THEIRS HERE", "ADDRESS");
    for (var partner : partners) {
      table.row(
          partner.name().isEmpty() ? brief(partner.owner()) : partner.name(),
          partner.reachability().toString(),
          Times.show(partner.lastSeen()),
          share(partner.usedByUs(), partner.spaceForUs()),
          share(partner.usedByThem(), partner.spaceForThem()),
          partner.addresses().isEmpty() ? "unknown" : partner.addresses().get(0));
    }
    return table.toString().stripTrailing();
  }

  private static String share(long used, long space) {
    return ByteSize.show(used) + " of " + ByteSize.show(space);
  }

  /** Two groups of an owner id tell partners apart on a screen. */
  private static String brief(String owner) {
    return owner.substring(0, Math.min(11, owner.length()));
  }

  private ByteSize defaultSpace() throws Exception {
    return ConfigFile.read(kith.home()).spacePerPartner();
  }

  private static String text(String name) {
    return name == null ? "" : name.strip();
  }

  private static <T> T terms(Callable<T> terms) throws Exception {
    try {
      return terms.call();
    } catch (IllegalArgumentException e) {
      throw KithCommand.usage(e.getMessage());
    }
  }
}
