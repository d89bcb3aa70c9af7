package kith.fs.node;

import java.io.Closeable;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kith.codec.KithException;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.codec.SealedShard;
import kith.codec.SpaceExhaustedException;
import kith.fs.DriveEngine;
import kith.fs.Head;
import kith.fs.HolderCandidate;
import kith.fs.ShardTransport;
import kith.peer.ConductBook;
import kith.peer.Contact;
import kith.peer.HeadRecord;
import kith.peer.KeepSetState;
import kith.peer.Leave;
import kith.peer.LedgerKeeper;
import kith.peer.LocalNode;
import kith.peer.NodeAddress;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.PeerClient;
import kith.peer.ReadPacing;
import kith.peer.ReadPurpose;
import kith.peer.RestoreDeclaring;
import kith.peer.RestoreWatch;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.OperatingSystem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partners as the drive sees them: who there is, with how much room, how shards and heads get
 * there. Safe for many threads.
 */
final class NodePartners implements ShardTransport, DriveEngine.HeadSender {
  private static final Logger LOG = LoggerFactory.getLogger(NodePartners.class);

  private final LocalNode self;
  private final PartnerBook book;
  private final PeerClient client;
  private final LedgerKeeper ledgers;
  private final Executor calls;
  private final InstantSource clock;
  private final Map<OwnerId, Long> used;
  private final Map<OwnerId, Long> trash = new ConcurrentHashMap<>();
  private final Map<OwnerId, Instant> seen = new ConcurrentHashMap<>();
  private final NodeReading reading;
  private final RestoreWatch watch;
  private final Known known;
  private final Set<OwnerId> silent = ConcurrentHashMap.newKeySet();

  /**
   * What is known of partners.
   *
   * @param used bytes of this owner that each holds
   * @param pacing counts what is read there
   * @param conduct how each keeps his word, and who gives it back
   * @param systems what each one's node runs on
   * @param away those of a recovered drive of whom nothing was heard yet
   */
  record Known(
      Map<OwnerId, Long> used,
      ReadPacing pacing,
      ConductBook conduct,
      Function<OwnerId, OperatingSystem> systems,
      Supplier<Set<OwnerId>> away) {}

  /**
   * @param calls where calls that block on one partner run
   */
  NodePartners(
      LocalNode self,
      PartnerBook book,
      PeerClient client,
      LedgerKeeper ledgers,
      Executor calls,
      Known known) {
    this.self = self;
    this.book = book;
    this.client = client;
    this.ledgers = ledgers;
    this.calls = calls;
    this.clock = self.clock();
    this.used = new ConcurrentHashMap<>(known.used);
    this.known = known;
    this.watch = new RestoreWatch(self, book, client);
    this.reading = new NodeReading(book, client, known, this::used);
  }

  @Override
  public CompletableFuture<byte[]> put(SealedShard shard, Duration deadline) {
    return client
        .putAsync(shard)
        .thenApply(
            receipt -> {
              used.merge(shard.holder(), (long) shard.sealed().length, Long::sum);
              return receipt.record().toBytes();
            })
        .whenComplete((ack, failure) -> heard(shard.holder(), failure));
  }

  @Override
  public Duration atLeast(long bytes) {
    return Duration.ofMillis(client.uploadMillis(bytes));
  }

  @Override
  public CompletableFuture<byte[]> get(OwnerId holder, Blocks blocks, Duration deadline) {
    return reading.get(holder, blocks).whenComplete((bytes, failure) -> heard(holder, failure));
  }

  /** Until this is closed, a restore is declared where courtesies are used up. */
  Closeable restore(SecureRandom random) {
    return reading.restore(new RestoreDeclaring(self, client, random));
  }

  @Override
  public Duration untilReadable(OwnerId holder, ReadPurpose purpose) {
    return reading.untilReadable(holder, purpose);
  }

  @Override
  public Map<OwnerId, Instant> locked() {
    Map<OwnerId, Instant> locked = new HashMap<>();
    book.all().forEach(one -> lockedUntil(one).ifPresent(end -> locked.put(one.id(), end)));
    return locked;
  }

  @Override
  public Set<OwnerId> gone() {
    return book.all().stream()
        .map(Partner::id)
        .filter(id -> known.conduct.standing(id).isReneged())
        .collect(Collectors.toSet());
  }

  @Override
  public Set<OwnerId> put(long generation, byte[] sealed, Duration deadline)
      throws IOException, KithException {
    HeadRecord head = HeadRecord.sign(self.identity(), generation, clock.instant(), sealed);
    Set<OwnerId> holders = ConcurrentHashMap.newKeySet();
    List<CompletableFuture<Void>> puts = new ArrayList<>();
    for (Partner partner : book.all()) {
      if (partner.isLeaving() && partner.leave().flatMap(Leave::ours).isPresent()) {
        continue; // who has freed what was ours keeps no head, either
      }
      puts.add(CompletableFuture.runAsync(() -> putHead(partner.id(), head, holders), calls));
    }
    // Those who take longer than the deadline may still get it; they just don't count.
    CompletableFuture.allOf(puts.toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, deadline.toMillis(), TimeUnit.MILLISECONDS)
        .join();
    Set<OwnerId> counted = new HashSet<>(holders);
    counted.removeIf(id -> book.find(id).filter(partner -> !partner.isLeaving()).isEmpty());
    counted.removeAll(gone());
    return counted;
  }

  /** Puts a head, and has the ledger up to here signed by both. */
  private void putHead(OwnerId partner, HeadRecord head, Set<OwnerId> holders) {
    try {
      client.putHead(partner, head);
      holders.add(partner);
      heard(partner, null);
      ledgers.checkpoint(partner);
    } catch (IOException | KithException e) {
      heard(partner, e);
      LOG.info("{} did not take head {}: {}", partner.brief(), head.generation(), e.getMessage());
    }
  }

  /** The restores of this drive that others have declared at them. */
  RestoreWatch watch() {
    return watch;
  }

  /** Asks everybody whether he is there; returns how many are. */
  int greet() {
    List<CompletableFuture<?>> calling = new ArrayList<>();
    for (Partner partner : book.all()) {
      calling.add(
          client
              .reach(partner.id())
              .whenComplete((credential, failure) -> heard(partner.id(), failure)));
    }
    for (CompletableFuture<?> call : calling) {
      var unused = call.handle((result, failure) -> null).join();
    }
    return book.all().size() - silent.size();
  }

  /**
   * What partners said of the heads that they keep for this owner.
   *
   * @param answered those who said what they have
   * @param newest empty if none of them has any
   */
  record Heads(Set<OwnerId> answered, Optional<HeadRecord> newest) {}

  /** Asks those partners at once for the newest head that they have. */
  Heads heads(Set<OwnerId> partners) {
    Set<OwnerId> answered = ConcurrentHashMap.newKeySet();
    List<CompletableFuture<Optional<HeadRecord>>> asked =
        partners.stream()
            .map(id -> CompletableFuture.supplyAsync(() -> head(id, answered), calls))
            .toList();
    Optional<HeadRecord> newest =
        asked.stream().flatMap(answer -> answer.join().stream()).max(HeadRecord.AGE);
    return new Heads(answered, newest);
  }

  private Optional<HeadRecord> head(OwnerId partner, Set<OwnerId> answered) {
    try {
      Optional<HeadRecord> newest = client.newestHead(partner);
      answered.add(partner);
      return newest;
    } catch (KithException e) {
      LOG.debug("{} does not tell what head it has: {}", partner.brief(), e.getMessage());
      return Optional.empty();
    }
  }

  /** Those with whom there is an agreement and who answered the last time, if ever asked. */
  Set<OwnerId> reachable() {
    return book.all().stream()
        .map(Partner::id)
        .filter(id -> !silent.contains(id))
        .collect(Collectors.toSet());
  }

  private void heard(OwnerId partner, Throwable failure) {
    // Who gives nothing yet was perhaps not asked at all.
    if (failure != null && cause(failure) instanceof NotYetException) {
      return;
    }
    // Who is full has answered; who refuses may be somebody else at his address.
    if (failure == null || cause(failure) instanceof SpaceExhaustedException) {
      seen.put(partner, clock.instant());
      silent.remove(partner);
    } else {
      silent.add(partner);
    }
  }

  static Throwable cause(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  /** Those who do not leave, with what is to be known for giving them shards. */
  List<HolderCandidate> candidates() {
    Stream<HolderCandidate> away =
        known.away.get().stream()
            .filter(id -> book.find(id).isEmpty() && used(id) > 0)
            .map(HolderCandidate::away);
    return Stream.concat(book.staying().stream().map(this::candidate), away).toList();
  }

  private HolderCandidate candidate(Partner partner) {
    return new HolderCandidate(
        partner.id(),
        Math.max(0, partner.spaceThere() - used(partner.id())),
        !silent.contains(partner.id()),
        isPastCommitment(partner),
        partner.spaceThere(),
        networks(partner),
        known.systems.apply(partner.id()),
        known.conduct.standing(partner.id()),
        true);
  }

  static Set<NetworkPrefix> networks(Partner partner) {
    return NetworkPrefix.of(partner.addresses().stream().map(NodeAddress::host).toList());
  }

  private boolean isPastCommitment(Partner partner) {
    return lockedUntil(partner).isEmpty();
  }

  /** The end of a partner's commitment period; empty when it is waived or over. */
  Optional<Instant> lockedUntil(Partner partner) {
    return partner.lockedUntil(clock.instant());
  }

  /**
   * Partners for the head.
   *
   * @param silent those of whom nothing but this is known since a recovery; named if they hold
   *     something, and did not leave before
   */
  List<Head.Partner> described(List<Partner> named, List<Contact> silent) {
    Set<OwnerId> known = named.stream().map(Partner::id).collect(Collectors.toSet());
    return Stream.concat(
            named.stream().map(partner -> described(partner.contact(), partner.name())),
            silent.stream()
                .filter(each -> !known.contains(each.owner()) && used(each.owner()) > 0)
                .map(contact -> described(contact, "")))
        .toList();
  }

  private static Head.Partner described(Contact contact, String name) {
    List<String> addresses = contact.addresses().stream().map(NodeAddress::toString).toList();
    return new Head.Partner(contact.owner(), addresses, name);
  }

  /** Bytes that a partner holds of ours. */
  long used(OwnerId partner) {
    return used.getOrDefault(partner, 0L);
  }

  /** A partner holds nothing any more. */
  void lost(OwnerId partner) {
    used.remove(partner);
    trash.remove(partner);
  }

  /** All that partners hold was counted again. */
  void recount(Map<OwnerId, Long> counted) {
    used.clear();
    used.putAll(counted);
  }

  /** Bytes of these that nothing needs, and that leave his trash by and by; as he told last. */
  long trash(OwnerId partner) {
    return trash.getOrDefault(partner, 0L);
  }

  /** What a partner says of the room that is used. */
  void told(OwnerId partner, KeepSetState state) {
    used.put(partner, state.usedBytes());
    trash.put(partner, state.trashBytes());
  }

  /** The partnership is over. */
  void forget(OwnerId partner) {
    trash.remove(partner);
    used.remove(partner);
    seen.remove(partner);
    silent.remove(partner);
    reading.forget(partner);
  }

  /** Keeps the ledgers at partners the same on both sides. */
  LedgerKeeper ledgers() {
    return ledgers;
  }

  /** When a partner answered last; null for never. */
  Instant lastSeen(OwnerId partner) {
    return seen.get(partner);
  }

  Reachability reachability(OwnerId partner) {
    if (silent.contains(partner)) {
      return Reachability.UNREACHABLE;
    }
    return seen.containsKey(partner) ? Reachability.REACHABLE : Reachability.UNKNOWN;
  }
}
