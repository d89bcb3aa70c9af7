package kith.fs.node;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import kith.codec.CodecWarmUp;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.PackEncoder;
import kith.codec.PartnerUnavailableException;
import kith.codec.RootSecret;
import kith.fs.ChunkCodecs;
import kith.fs.ChunkStore;
import kith.fs.Fetcher;
import kith.fs.FetcherSettings;
import kith.fs.Head;
import kith.fs.KitPartner;
import kith.fs.RestoreSession;
import kith.fs.SnapshotEntry;
import kith.fs.fuse.FuseMount;
import kith.fs.fuse.MountOptions;
import kith.peer.Contact;
import kith.peer.Links;
import kith.peer.LocalNode;
import kith.peer.NettyNetwork;
import kith.peer.Network;
import kith.peer.NodeAddress;
import kith.peer.NodeIdentity;
import kith.peer.PeerClient;
import kith.peer.PeerTimeouts;
import kith.peer.Reply;
import kith.peer.Role;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A drive seen from its kit: with a credential that only reads, the newest head of the partners
 * that answer, and every snapshot mounted read-only. Keeps nothing on this machine. Safe for many
 * threads.
 */
final class RecoveredView implements Running {
  private static final Logger LOG = LoggerFactory.getLogger(RecoveredView.class);
  private static final Duration HEADS_WITHIN = Duration.ofSeconds(10);
  private static final long CHUNK_CACHE = 96L << 20;
  private static final long PAGE_CACHE = 32L << 20;
  private static final int RECORDS = 20_000;

  private final ViewStart start;
  private final InstantSource clock;
  private final Instant started;
  private final OwnerId owner;
  private final Closing closing = new Closing();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Map<OwnerId, Contact> contacts = new ConcurrentHashMap<>();
  private final RestoreSession session;
  private final FuseMount mount;

  RecoveredView(ViewStart start, ProgressSink progress, InstantSource clock, SecureRandom random)
      throws IOException, KithException {
    this.start = start;
    this.clock = clock;
    this.started = clock.instant();
    this.owner = start.kit().owner();
    for (KitPartner partner : start.kit().partners()) {
      contacts.put(partner.owner(), new Contact(partner.owner(), partner.addresses()));
    }
    try {
      NodeThreads threads =
          closing.add(new NodeThreads(Runtime.getRuntime().availableProcessors()));
      threads.cpu().execute(CodecWarmUp::run);
      DriveKeys keys;
      NodeIdentity identity;
      try (RootSecret root = start.kit().secret()) {
        keys = DriveKeys.derive(root);
        identity = NodeIdentity.create(OwnerKey.derive(root), Role.VIEW, 1, clock, random);
      }
      var self = new LocalNode(identity, KithVersion.TEXT, List.of(), clock);
      Links links = closing.add(new Links(self, id -> Optional.ofNullable(contacts.get(id))));
      Network network = closing.add(new NettyNetwork(self, (request, from) -> refuse()));
      var client =
          new PeerClient(
              self, network, links, PeerTimeouts.DEFAULT, Optional.empty(), threads.calls());
      progress.report(phase("asking the partners of the kit"));
      session = open(keys, heads(keys, client, threads), client, threads);
      progress.report(phase("mounting"));
      mount =
          closing.add(
              FuseMount.mount(
                  session.fileSystem(ProcessOwner.caller()),
                  start.mountPoint(),
                  new MountOptions(clock, 8, Duration.ofMinutes(1), Duration.ofMinutes(1))));
      var unused = mount.ended().thenRun(end::countDown);
    } catch (IOException | KithException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private static Reply refuse() {
    return new Reply.Failure(
        kith.peer.FailureKind.NOT_PERMITTED, "a restore view serves nobody", Duration.ZERO);
  }

  private static Progress phase(String name) {
    return Progress.of(name, new Progress.Counted(0, 0), new Progress.Counted(0, 0));
  }

  /** Asks the kit's partners, then those whom the newest head names besides. */
  private List<byte[]> heads(DriveKeys keys, PeerClient client, NodeThreads threads)
      throws KithException {
    HeadSearch search = new HeadSearch(client, threads.calls(), HEADS_WITHIN);
    List<byte[]> found = new ArrayList<>(search.ask(List.copyOf(contacts.keySet())));
    if (found.isEmpty()) {
      throw new PartnerUnavailableException(
          "none of the "
              + contacts.size()
              + " partners of the kit gave a head of this drive: "
              + search.failures());
    }
    List<OwnerId> others = new ArrayList<>();
    for (Head.Partner partner : RestoreSession.newest(keys, owner, found).partners()) {
      if (!contacts.containsKey(partner.id())) {
        others.add(partner.id());
      }
      contacts.merge(partner.id(), contact(partner), RecoveredView::both);
    }
    found.addAll(search.ask(others));
    return found;
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

  private RestoreSession open(
      DriveKeys keys, List<byte[]> heads, PeerClient client, NodeThreads threads)
      throws IOException, KithException {
    SecureRandom random = new SecureRandom();
    ChunkCodecs codecs = closing.add(new ChunkCodecs(keys, random));
    Fetcher fetcher =
        closing.add(
            new Fetcher(
                new Fetcher.Parts(
                    new ViewTransport(client),
                    new PackEncoder(keys, owner, random),
                    clock,
                    RecoveredView::event),
                FetcherSettings.DEFAULT));
    return RestoreSession.open(
        keys,
        owner,
        () -> heads,
        new RestoreSession.Reading(
            placements ->
                new ChunkStore(
                    new ChunkStore.Parts(
                        codecs, Optional.empty(), placements, fetcher, RecoveredView::event),
                    CHUNK_CACHE),
            threads.readAhead(),
            PAGE_CACHE,
            RECORDS));
  }

  private static void event(String kind, String message) {
    LOG.warn("{}: {}", kind, message);
  }

  @Override
  public NodeStatus status() {
    Amount files = Amount.NONE;
    for (SnapshotEntry entry : session.snapshots()) {
      files = new Amount(entry.files(), entry.bytes());
    }
    Head head = session.head();
    return new NodeStatus(
        KithVersion.TEXT,
        NodeStatus.Role.VIEW,
        ProcessHandle.current().pid(),
        owner.toString(),
        start.home().toString(),
        mount.path().toString(),
        started,
        StateCounts.of(Map.of(FileState.SAFE, files)),
        new Redundancy(
            head.parameters().code().toString(),
            head.parameters().losses(),
            "a view of the drive as of "
                + head.time()
                + ", read from "
                + head.partners().size()
                + " partners"),
        SpaceStatus.EMPTY,
        List.of(),
        session.snapshots().size(),
        null,
        Proof.NONE,
        null,
        List.of());
  }

  @Override
  public void shutdown(boolean now, ProgressSink progress) throws IOException {
    mount.unmount();
    end.countDown();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    end.await();
  }

  @Override
  public void close() throws IOException {
    end.countDown();
    closing.close();
  }
}
