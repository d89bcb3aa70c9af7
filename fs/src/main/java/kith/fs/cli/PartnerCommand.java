package kith.fs.cli;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kith.codec.CorruptDataException;
import kith.fs.node.AcceptTerms;
import kith.fs.node.AmendTerms;
import kith.fs.node.ByteSize;
import kith.fs.node.CandidateInfo;
import kith.fs.node.ConfigFile;
import kith.fs.node.ControlClient;
import kith.fs.node.InvitationInfo;
import kith.fs.node.InviteTerms;
import kith.fs.node.KnownNodeInfo;
import kith.fs.node.OfferInfo;
import kith.fs.node.OfferResult;
import kith.fs.node.OfferTerms;
import kith.fs.node.PartnerInfo;
import kith.peer.Contact;
import kith.peer.NodeAddress;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kith partner}. */
@Command(name = "partner", description = "Agree with others to keep each other's pieces.")
final class PartnerCommand implements Callable<Integer> {
  private static final String FORCE =
      "Promise more than the uplink could give back within the repair window, too.";

  private final KithCommand kith;

  @Spec private CommandSpec spec;

  PartnerCommand(KithCommand kith) {
    this.kith = kith;
  }

  @Override
  public Integer call() {
    throw new ParameterException(
        spec.commandLine(),
        "invite, accept, invitations, list, candidates, known, offer, amend, offers, agree,"
            + " decline, withdraw, leave or remove?");
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
              defaultValue = "24h",
              description = "How long the code can be used (default: ${DEFAULT-VALUE}).")
          Duration expires,
      @Option(
              names = "--via",
              paramLabel = "ADDRESS",
              description =
                  "A friend's node or broker (host:port) that takes letters for yours: where the"
                      + " words are good if yours cannot be reached.")
          NodeAddress via,
      @Option(names = "--force", description = FORCE) boolean force)
      throws Exception {
    var node = kith.node();
    long bytes = (space == null ? defaultSpace() : space).bytes();
    String where = via == null ? null : via.toString();
    var invitation =
        node.invite(terms(() -> new InviteTerms(text(name), bytes, bytes, expires, where, force)));
    kith.print("%s", invitation.code());
    if (invitation.words() != null) {
      kith.surroundings()
          .err()
          .printf(
              "Or say over the phone: %s   (%s)%n",
              invitation.words(),
              via == null
                  ? "with --at and your node's address, unless both are on one local network"
                  : "with --at " + via);
    }
    kith.surroundings()
        .err()
        .printf(
            "On the other node: kith partner accept CODE   (%s each way, until %s)%n",
            ByteSize.show(bytes), Times.show(invitation.expires()));
    if (!invitation.note().isEmpty()) {
      kith.surroundings().err().println(invitation.note());
    }
    tellCapacity(node);
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
          ByteSize space,
      @Option(
              names = "--at",
              paramLabel = "ADDRESS",
              description =
                  "Where a code of words is good (host:port): the other node, or the meeting point"
                      + " that they named. It may also stand behind the code, as in CODE@ADDRESS.")
          NodeAddress at,
      @Option(names = "--force", description = FORCE) boolean force)
      throws Exception {
    var node = kith.node();
    long bytes = (space == null ? defaultSpace() : space).bytes();
    String where = at == null ? null : at.toString();
    var partner =
        node.accept(
            String.join(" ", code), terms(() -> new AcceptTerms(text(name), bytes, where, force)));
    kith.print(
        "Agreed with %s: they keep %s for you, you keep %s for them.",
        partner.label(),
        ByteSize.show(partner.spaceForUs()),
        ByteSize.show(partner.spaceForThem()));
    tellCapacity(node);
    return 0;
  }

  /** What this node may promise in all, for whoever has just promised something. */
  private void tellCapacity(ControlClient node) throws Exception {
    var capacity = node.capacity();
    kith.surroundings()
        .err()
        .printf(
            "For others: %s; %s promised%n", capacity.text(), ByteSize.show(capacity.promised()));
  }

  @Command(name = "list", description = "List everyone with whom there is an agreement.")
  int list(@Option(names = "--json", description = "Print JSON.") boolean json) throws Exception {
    var partners = kith.node().partners();
    kith.print("%s", json ? JsonOutput.of(partners) : table(partners));
    return 0;
  }

  @Command(
      name = "candidates",
      description = {
        "Show how everybody does who is known, by each criterion, and why.",
        "Each partner is judged against the others; of the nodes that this one has heard of, by",
        "their own word, the best hundred are judged against the partners."
      })
  int candidates(@Option(names = "--json", description = "Print JSON.") boolean json)
      throws Exception {
    var candidates = kith.node().candidates();
    kith.print("%s", json ? JsonOutput.of(candidates) : candidatesText(candidates));
    return 0;
  }

  private static String candidatesText(List<CandidateInfo> candidates) {
    if (candidates.isEmpty()) {
      return "no candidates";
    }
    var text = new StringBuilder();
    for (var candidate : candidates) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s: %s, %d of 1000%s%n",
              candidate.name().isEmpty() ? brief(candidate.owner()) : Table.plain(candidate.name()),
              candidate.verdict(),
              candidate.score(),
              candidate.partner() ? " (a partner)" : ""));
      var table = new Table("  CRITERION", "VERDICT", "WEIGHT", "VALUE", "REASON");
      for (var by : candidate.criteria()) {
        table.row(
            "  " + by.criterion(),
            by.verdict(),
            String.valueOf(by.weight()),
            by.value(),
            by.reason());
      }
      text.append(table).append('\n');
    }
    return text.toString().stripTrailing();
  }

  @Command(name = "invitations", description = "List the codes given out, or withdraw one.")
  int invitations(
      @Option(
              names = "--revoke",
              paramLabel = "NUMBER",
              description = "Withdraw the one with this number or id, before it is used.")
          String revoke,
      @Option(names = "--json", description = "Print JSON.") boolean json)
      throws Exception {
    if (revoke != null) {
      kith.node().revokeInvitation(revoke);
      return 0;
    }
    var invitations = kith.node().invitations();
    kith.print("%s", json ? JsonOutput.of(invitations) : invitationTable(invitations));
    return 0;
  }

  private static String invitationTable(List<InvitationInfo> invitations) {
    if (invitations.isEmpty()) {
      return "no invitations";
    }
    var table = new Table("NUMBER", "ID", "STATE", "EXPIRES", "SPACE EACH WAY", "WRONG WORDS");
    for (var each : invitations) {
      table.row(
          each.number() == null ? "-" : each.number().toString(),
          each.id(),
          each.state(),
          Times.show(each.expires()),
          ByteSize.show(each.spaceForThem()),
          String.valueOf(each.wrong()));
    }
    return table.toString();
  }

  @Command(
      name = "offer",
      description = "Offer an agreement to a node that has given you no invitation.")
  int offer(
      @Parameters(
              paramLabel = "OWNER[@HOST:PORT]",
              description =
                  "The node's owner id, as its kith status prints it, and its address; of a node"
                      + " that kith partner known lists the beginning of the id is enough.")
          String contact,
      @Option(
              names = "--space",
              paramLabel = "SIZE",
              description = "The most that you keep for them (default: spacePerPartner).")
          ByteSize space,
      @Option(
              names = "--their-space",
              paramLabel = "SIZE",
              description = "What they shall keep for you (default: the same).")
          ByteSize theirSpace,
      @Option(
              names = "--at-least",
              paramLabel = "SIZE",
              description = "The least that they must keep (default: half of that).")
          ByteSize least,
      @Option(names = "--force", description = FORCE) boolean force)
      throws Exception {
    long forThem = (space == null ? defaultSpace() : space).bytes();
    long forUs = theirSpace == null ? forThem : theirSpace.bytes();
    long atLeast = least == null ? (forUs + 1) / 2 : least.bytes();
    var node = kith.node();
    boolean placed = contact.indexOf('@') >= 0;
    String whom = placed ? contact(contact).owner().toString() : contact.strip();
    NodeAddress where = placed ? contact(contact).addresses().get(0) : null;
    tell(node.offer(terms(() -> new OfferTerms(whom, where, forThem, forUs, atLeast, force))));
    return 0;
  }

  @Command(name = "amend", description = "Offer a partner other terms than are agreed now.")
  int amend(
      @Parameters(paramLabel = "PARTNER", description = "Name, or the beginning of the owner id.")
          String partner,
      @Option(names = "--space", paramLabel = "SIZE", description = "What you keep for them.")
          ByteSize space,
      @Option(names = "--their-space", paramLabel = "SIZE", description = "What they keep for you.")
          ByteSize theirSpace,
      @Option(
              names = "--grace",
              paramLabel = "TIME",
              description = "How long a silent partner is only suspected, such as 21d.")
          Duration grace,
      @Option(
              names = "--commitment",
              paramLabel = "TIME",
              description = "How long nothing is restored at first; longer than the grace.")
          Duration commitment,
      @Option(names = "--force", description = FORCE) boolean force)
      throws Exception {
    Long forThem = space == null ? null : space.bytes();
    Long forUs = theirSpace == null ? null : theirSpace.bytes();
    var node = kith.node();
    tell(
        node.amend(terms(() -> new AmendTerms(partner, forThem, forUs, grace, commitment, force))));
    return 0;
  }

  private void tell(OfferResult result) throws Exception {
    if (result.partner() == null) {
      kith.print("Offered; a person there decides: %s. See kith partner offers.", result.waits());
    } else {
      tellAgreed(result.partner());
    }
  }

  private void tellAgreed(PartnerInfo partner) throws Exception {
    kith.print(
        "Agreed with %s (generation %d): they keep %s for you, you keep %s for them.",
        partner.label(),
        partner.generation(),
        ByteSize.show(partner.spaceForUs()),
        ByteSize.show(partner.spaceForThem()));
    if (partner.lockedUntil() != null) {
      kith.print("Nothing is restored from them before %s.", Times.show(partner.lockedUntil()));
    }
    tellCapacity(kith.node());
  }

  @Command(name = "offers", description = "List the offers that are not decided.")
  int offers(@Option(names = "--json", description = "Print JSON.") boolean json) throws Exception {
    var offers = kith.node().offers();
    kith.print("%s", json ? JsonOutput.of(offers) : offerTable(offers));
    return 0;
  }

  private static String offerTable(List<OfferInfo> offers) {
    if (offers.isEmpty()) {
      return "no offers";
    }
    var table =
        new Table("ID", "FROM", "WITH", "GENERATION", "OURS THERE", "THEIRS HERE", "UNTIL", "WHY");
    for (var offer : offers) {
      table.row(
          offer.id(),
          offer.ours() ? "us" : "them",
          offer.name().isEmpty() ? brief(offer.owner()) : offer.name(),
          String.valueOf(offer.generation()),
          ByteSize.show(offer.spaceForUs()),
          ByteSize.show(offer.spaceForThem()),
          Times.show(offer.until()),
          offer.message());
    }
    return table.toString().stripTrailing();
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

  @Command(name = "agree", description = "Agree to an offer that waits here.")
  int agree(
      @Parameters(paramLabel = "ID", description = "As kith partner offers shows.") String id,
      @Option(names = "--force", description = FORCE) boolean force)
      throws Exception {
    tellAgreed(kith.node().decide(id, true, force));
    return 0;
  }

  @Command(name = "decline", description = "Decline an offer that waits here.")
  int decline(
      @Parameters(paramLabel = "ID", description = "As kith partner offers shows.") String id)
      throws Exception {
    kith.node().decide(id, false, false);
    kith.print("Declined.");
    return 0;
  }

  @Command(name = "withdraw", description = "Take back an offer of yours that is not decided.")
  int withdraw(
      @Parameters(paramLabel = "ID", description = "As kith partner offers shows.") String id)
      throws Exception {
    var result = kith.node().withdraw(id);
    if (result.partner() != null) {
      kith.print("It was agreed to before:");
      tellAgreed(result.partner());
    } else {
      kith.print(
          result.told()
              ? "Withdrawn."
              : "Withdrawn as soon as they can be reached; until then they may agree to it. See"
                  + " kith partner offers.");
    }
    return 0;
  }

  static String table(List<PartnerInfo> partners) {
    if (partners.isEmpty()) {
      return "no partners";
    }
    var table =
        new Table(
            "PARTNER", "ANSWERS", "LAST SEEN", "PROVED", "OURS THERE", "THEIRS HERE", "ADDRESS");
    for (var partner : partners) {
      table.row(
          partner.name().isEmpty() ? brief(partner.owner()) : partner.name(),
          partner.reachability().toString(),
          Times.show(partner.lastSeen()),
          Times.show(partner.audits().proved()),
          share(partner.usedByUs(), partner.spaceForUs()) + trash(partner.trashOfOurs()),
          share(partner.usedByThem(), partner.spaceForThem()) + trash(partner.trashOfTheirs()),
          partner.addresses().isEmpty() ? "unknown" : partner.addresses().get(0));
    }
    var text = new StringBuilder(table.toString().stripTrailing());
    partners.stream()
        .filter(partner -> partner.leaving() != null)
        .forEach(partner -> text.append('\n').append(LeaveCommand.text(partner)));
    return text.toString();
  }

  private static String trash(long bytes) {
    return bytes == 0 ? "" : ", " + ByteSize.show(bytes) + " trash";
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

  private static Contact contact(String text) throws Exception {
    try {
      return Contact.parse(text);
    } catch (CorruptDataException | IllegalArgumentException e) {
      throw KithCommand.usage(
          "'"
              + text
              + "' is no node: write OWNER@HOST:PORT, with the owner id of its status ("
              + e.getMessage()
              + ")");
    }
  }

  private static <T> T terms(Callable<T> terms) throws Exception {
    try {
      return terms.call();
    } catch (IllegalArgumentException e) {
      throw KithCommand.usage(e.getMessage());
    }
  }
}
