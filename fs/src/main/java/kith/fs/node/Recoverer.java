package kith.fs.node;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.fs.Head;
import kith.fs.HeadCodec;
import kith.peer.Agreement;
import kith.peer.Contact;
import kith.peer.Credential;
import kith.peer.FailureKind;
import kith.peer.Links;
import kith.peer.LocalNode;
import kith.peer.Network;
import kith.peer.NodeIdentity;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;
import kith.peer.PeerTimeouts;
import kith.peer.RelayedNetwork;
import kith.peer.Reply;
import kith.peer.TakeoverState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a home on a machine that has nothing, from a kit and its partners: identity of the next
 * epoch, agreements, and the newest head, from which the node brings the rest back once it runs.
 * The rename of the identity commits; a crash before leaves a home in which it can be done again.
 */
final class Recoverer {
  private static final Logger LOG = LoggerFactory.getLogger(Recoverer.class);

  private final RecoverStart start;
  private final ProgressSink progress;
  private final Supplier<NodeWorld> worlds;
  private final Initialiser initialiser;

  /**
   * @param worlds each ends with what is done in it
   */
  Recoverer(
      RecoverStart start,
      ProgressSink progress,
      Supplier<NodeWorld> worlds,
      Initialiser initialiser) {
    this.start = start;
    this.progress = progress;
    this.worlds = worlds;
    this.initialiser = initialiser;
  }

  /**
   * @param passphrase wraps the root secret; not kept
   * @throws NodeException if the home is not empty
   */
  RecoveredInfo recover(char[] passphrase) throws IOException, KithException, NodeException {
    Initialiser.check(start.home());
    DriveKeys keys;
    try (var root = start.kit().secret()) {
      keys = DriveKeys.derive(root);
    }
    Found found = find(keys);
    write(found);
    List<DriveKeys> former = HeadCodec.keys(keys, start.kit().owner(), found.sealed).former();
    NodeIdentity identity = identity(found.epoch(), former, passphrase);
    Map<OwnerId, Duration> announced = announce(identity, found.contacts);
    return info(found, identity.credential(), announced);
  }

  /** What partners told. */
  private record Found(
      Head head,
      byte[] sealed,
      int snapshots,
      Map<OwnerId, Contact> contacts,
      Map<OwnerId, TakeoverState> told) {
    /**
     * The one after all that anybody has seen, as far as partners go along: whoever has stolen the
     * kit must not use up the numbers.
     */
    long epoch() {
      long current =
          told.values().stream()
              .flatMap(state -> state.current().stream())
              .mapToLong(Credential::epoch)
              .max()
              .orElse(head.epoch());
      long seen =
          told.values().stream()
              .flatMap(state -> state.announced().stream())
              .mapToLong(each -> each.successor().epoch())
              .max()
              .orElse(0);
      long next = Math.max(Math.max(head.epoch(), current), seen) + 1;
      return Math.min(next, current + TakeoverState.MOST_AHEAD);
    }

    List<Contact> silent() {
      return contacts.values().stream().filter(each -> !told.containsKey(each.owner())).toList();
    }
  }

  private Found find(DriveKeys keys) throws IOException, KithException {
    try (ViewCore view = new ViewCore(start.kit(), progress, worlds.get())) {
      return new Found(
          view.session().head(),
          view.sealedHead(keys),
          view.session().snapshots().size(),
          view.contacts(),
          view.takeovers());
    }
  }

  private void write(Found found) throws IOException, KithException {
    Files.createDirectories(start.home(), PrivateFiles.FOLDER);
    for (Map.Entry<OwnerId, TakeoverState> each : found.told.entrySet()) {
      PartnerBook.recovered(
          start.home().resolve("agreements"),
          each.getKey(),
          each.getValue().agreement(),
          found.contacts.get(each.getKey()));
    }
    new RecoveryFiles(start.home()).write(found.sealed, found.silent());
  }

  private NodeIdentity identity(long epoch, List<DriveKeys> former, char[] passphrase)
      throws IOException, KithException, NodeException {
    try (var root = start.kit().secret()) {
      var made = start.kit().created().atStartOfDay().toInstant(ZoneOffset.UTC);
      var drive = DriveInfo.of(start.kit().owner(), made).with(start.kit().lineage());
      var machine = new Initialiser.Machine(root, drive, epoch, former);
      return initialiser.make(start.home(), start.config(), machine, passphrase);
    }
  }

  /** Shows partners the new machine, so that its time runs; how long each will make it wait. */
  private Map<OwnerId, Duration> announce(NodeIdentity identity, Map<OwnerId, Contact> contacts)
      throws IOException, KithException {
    Map<OwnerId, Duration> left = new ConcurrentHashMap<>();
    NodeWorld world = worlds.get();
    try (var closing = new Closing()) {
      Executor calls = closing.add(world.pools()).calls();
      var self = new LocalNode(identity, KithVersion.TEXT, List.of(), world.clock());
      Links links = closing.add(new Links(self, id -> Optional.ofNullable(contacts.get(id))));
      Network direct = closing.add(world.networks().network(self, (request, from) -> busy()));
      Network network =
          new RelayedNetwork(self, direct, links, () -> List.copyOf(contacts.keySet()));
      var client =
          new PeerClient(self, network, links, PeerTimeouts.DEFAULT, Optional.empty(), calls);
      List<CompletableFuture<Void>> told = new ArrayList<>();
      for (OwnerId partner : contacts.keySet()) {
        told.add(CompletableFuture.runAsync(() -> announce(client, partner, left), calls));
      }
      var all = CompletableFuture.allOf(told.toArray(CompletableFuture<?>[]::new));
      new ViewProgress(progress, world.clock()).during("telling partners", all);
    }
    return Map.copyOf(left);
  }

  private static Reply busy() {
    return new Reply.Failure(
        FailureKind.BUSY, "this node starts in a moment", Duration.ofSeconds(30));
  }

  private static void announce(PeerClient client, OwnerId partner, Map<OwnerId, Duration> left) {
    try {
      left.put(partner, client.takeover(partner).left());
    } catch (KithException e) {
      LOG.info("{} has not heard of this machine yet: {}", partner.brief(), e.getMessage());
    }
  }

  private RecoveredInfo info(Found found, Credential machine, Map<OwnerId, Duration> left)
      throws KithException {
    List<RecoveredInfo.PartnerTold> partners = new ArrayList<>();
    for (OwnerId id : found.contacts.keySet().stream().sorted().toList()) {
      TakeoverState state = found.told.get(id);
      String name = state == null ? "" : Agreement.ofBoth(state.agreement()).sideOf(id).label();
      partners.add(
          new RecoveredInfo.PartnerTold(
              id.toString(), name.isEmpty() ? id.brief() : name, state != null, left.get(id)));
    }
    return new RecoveredInfo(
        start.kit().owner().toString(),
        machine.epoch(),
        machine.machineCode(),
        found.head.time(),
        found.head.epoch(),
        found.snapshots,
        found.head.parameters().code().m(),
        partners);
  }
}
