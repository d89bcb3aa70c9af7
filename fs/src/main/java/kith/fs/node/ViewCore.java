package kith.fs.node;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kith.codec.CodecWarmUp;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackEncoder;
import kith.codec.RootSecret;
import kith.fs.ChunkCodecs;
import kith.fs.ChunkStore;
import kith.fs.Fetcher;
import kith.fs.FetcherSettings;
import kith.fs.Head;
import kith.fs.HeadCodec;
import kith.fs.Kit;
import kith.fs.KitPartner;
import kith.fs.RestoreSession;
import kith.peer.Contact;
import kith.peer.FailureKind;
import kith.peer.Links;
import kith.peer.LocalNode;
import kith.peer.Network;
import kith.peer.NodeAddress;
import kith.peer.NodeIdentity;
import kith.peer.PeerClient;
import kith.peer.PeerTimeouts;
import kith.peer.RelayedNetwork;
import kith.peer.Reply;
import kith.peer.RestoreDeclaring;
import kith.peer.Role;
import kith.peer.TakeoverState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A drive seen from its kit: with a credential that only reads, through the newest head of the
 * partners that answer. Keeps nothing on this machine. Safe for many threads.
 */
final class ViewCore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ViewCore.class);
  private static final Duration HEADS_WITHIN = Duration.ofSeconds(10);
  private static final long CHUNK_CACHE = 32L << 20;
  private static final long PAGE_CACHE = 32L << 20;
  private static final int RECORDS = 20_000;

  private final OwnerId owner;
  private final Closing closing = new Closing();
  private final Map<OwnerId, Contact> contacts = new ConcurrentHashMap<>();
  private final ViewProgress progress;
  private final RestoreSession session;
  private final PeerClient client;
  private final Executor calls;
  private final HeadSearch search;
  private volatile List<byte[]> heads = List.of();

  /** Finds the newest head, or leaves nothing behind. */
  ViewCore(Kit kit, ProgressSink watcher, NodeWorld world) throws IOException, KithException {
    this.owner = kit.owner();
    this.progress = new ViewProgress(watcher, world.clock());
    for (KitPartner partner : kit.partners()) {
      contacts.put(partner.owner(), new Contact(partner.owner(), partner.addresses()));
    }
    try {
      NodeWorld.Pools pools = closing.add(world.pools());
      pools.cpu().execute(CodecWarmUp::run);
      DriveKeys keys;
      NodeIdentity identity;
      try (RootSecret root = kit.secret()) {
        keys = DriveKeys.derive(root);
        identity = NodeIdentity.create(kit.key(root), Role.VIEW, 1, world.clock(), world.random());
      }
      var self = new LocalNode(identity, KithVersion.TEXT, List.of(), world.clock());
      Links links = closing.add(new Links(self, id -> contact(kit, id)));
      Network direct = closing.add(world.networks().network(self, (request, from) -> refuse()));
      Network network = new RelayedNetwork(self, direct, links, () -> relays(kit));
      calls = pools.calls();
      client =
          new PeerClient(
              self, network, links, PeerTimeouts.DEFAULT, Optional.empty(), pools.calls());
      search = new HeadSearch(client, pools.calls(), HEADS_WITHIN, progress);
      RestoreDeclaring declaring = new RestoreDeclaring(self, client, world.random());
      ask(keys, kit.code().k() + 1);
      declareAhead(declaring);
      session = newest(keys, new ViewTransport(declaring, progress), world);
    } catch (IOException | KithException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private Optional<Contact> contact(Kit kit, OwnerId id) {
    return Optional.ofNullable(contacts.get(id))
        .or(() -> kit.brokers().stream().filter(each -> each.owner().equals(id)).findFirst());
  }

  /** Whoever may lead to a partner that is not reached directly. */
  private List<OwnerId> relays(Kit kit) {
    return Stream.concat(contacts.keySet().stream(), kit.brokers().stream().map(Contact::owner))
        .toList();
  }

  private static Reply refuse() {
    return new Reply.Failure(
        FailureKind.NOT_PERMITTED, "a restore view serves nobody", Duration.ZERO);
  }

  /**
   * Asks the kit's partners, then those whom the newest head names besides, and as many as its code
   * demands: the kit may be from when there were fewer.
   */
  private void ask(DriveKeys keys, int enough) throws IOException, KithException {
    search.ask(contacts.keySet(), enough);
    List<byte[]> found = search.found();
    if (found.isEmpty()) {
      throw search.failure();
    }
    Head newest = RestoreSession.newest(keys, owner, found);
    for (Head.Partner partner : newest.partners()) {
      contacts.merge(partner.id(), contact(partner), ViewCore::both);
    }
    search.ask(contacts.keySet(), Math.max(enough, newest.parameters().code().k() + 1));
  }

  /** So that the first read at a holder need not wait for it. */
  private void declareAhead(RestoreDeclaring declaring) {
    for (OwnerId holder : search.answered()) {
      var unused = declaring.at(holder);
    }
  }

  /** Opens the newest head so far, and another one if somebody who took longer has a newer one. */
  private RestoreSession newest(DriveKeys keys, ViewTransport transport, NodeWorld world)
      throws IOException, KithException {
    heads = search.found();
    Head first = RestoreSession.newest(keys, owner, heads);
    try {
      RestoreSession opened = opened(keys, transport, world);
      return isNewest(keys, first) ? opened : opened(keys, transport, world);
    } catch (KithException e) {
      if (isNewest(keys, first)) {
        throw e;
      }
      return opened(keys, transport, world);
    }
  }

  /** Whether nobody who took longer has a newer head. */
  private boolean isNewest(DriveKeys keys, Head head) throws IOException, KithException {
    search.awaitStragglers();
    heads = search.found();
    return !RestoreSession.newest(keys, owner, heads).isNewerThan(head);
  }

  private RestoreSession opened(DriveKeys keys, ViewTransport transport, NodeWorld world)
      throws IOException, KithException {
    DriveKeys all = HeadCodec.keys(keys, owner, RestoreSession.newestSealed(keys, owner, heads));
    return progress.during(
        "reading the list of snapshots", calls, () -> open(all, transport, world));
  }

  private static Contact contact(Head.Partner partner) {
    List<NodeAddress> addresses = new ArrayList<>();
    for (String address : partner.addresses()) {
      try {
        addresses.add(NodeAddress.parse(address));
      } catch (CorruptDataException e) {
        LOG.info("the head has an address that is none: {}", e.getMessage());
      }
    }
    return new Contact(partner.id(), addresses);
  }

  /** The addresses of the head, which are newer, before those of the kit. */
  private static Contact both(Contact kit, Contact head) {
    List<NodeAddress> addresses = new ArrayList<>(head.addresses());
    kit.addresses().stream().filter(a -> !addresses.contains(a)).forEach(addresses::add);
    return new Contact(kit.owner(), addresses);
  }

  private RestoreSession open(DriveKeys keys, ViewTransport transport, NodeWorld world)
      throws IOException, KithException {
    SecureRandom random = world.random();
    ChunkCodecs codecs = closing.add(new ChunkCodecs(keys, random));
    Fetcher fetcher =
        closing.add(
            new Fetcher(
                new Fetcher.Parts(
                    transport,
                    new PackEncoder(keys, owner, random),
                    world.clock(),
                    ViewCore::event),
                FetcherSettings.DEFAULT));
    contacts.keySet().stream()
        .filter(id -> !search.answered().contains(id))
        .forEach(fetcher::doubt);
    var asking =
        new LedgerPlacements.Asking(
            keys, owner, client, contacts::keySet, transport::ready, calls, world.clock());
    return RestoreSession.open(
        keys,
        owner,
        () -> heads,
        new RestoreSession.Reading(
            placements ->
                new ChunkStore(
                    new ChunkStore.Parts(
                        codecs,
                        Optional.empty(),
                        new LedgerPlacements(placements, asking),
                        fetcher,
                        ViewCore::event),
                    CHUNK_CACHE),
            world.pools().readAhead(),
            world.pools().calls(),
            PAGE_CACHE,
            RECORDS));
  }

  private static void event(String kind, String message) {
    LOG.warn("{}: {}", kind, message);
  }

  /** The newest head, as its owner sealed it. */
  byte[] sealedHead(DriveKeys keys) throws KithException {
    return newest(keys);
  }

  private byte[] newest(DriveKeys keys) throws KithException {
    return RestoreSession.newestSealed(keys, owner, heads);
  }

  /** Where partners are, by kit and head. */
  Map<OwnerId, Contact> contacts() {
    return Map.copyOf(contacts);
  }

  /** Asks partners which machines speak for this owner; those who answer say what was agreed. */
  Map<OwnerId, TakeoverState> takeovers() throws IOException, KithException {
    Map<OwnerId, TakeoverState> told = new ConcurrentHashMap<>();
    List<CompletableFuture<Void>> asked =
        contacts.keySet().stream()
            .map(id -> CompletableFuture.runAsync(() -> takeover(id, told), calls))
            .toList();
    var all = CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new));
    progress.during(
        "asking partners for the agreements",
        all.completeOnTimeout(null, HEADS_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
    return Map.copyOf(told);
  }

  private void takeover(OwnerId partner, Map<OwnerId, TakeoverState> told) {
    try {
      told.put(partner, client.takeover(partner));
    } catch (KithException e) {
      LOG.info("{} does not tell what was agreed: {}", partner.brief(), e.getMessage());
    }
  }

  /** What was found. */
  RestoreSession session() {
    return session;
  }

  @Override
  public void close() throws IOException {
    closing.close();
  }
}
