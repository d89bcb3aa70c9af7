package kith.peer;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.SpaceExhaustedException;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes that this one, or a broker, has heard of: of each owner the newest record, until it
 * expires; a partner's for longer, for what it said of itself still holds while it is away. Bounded
 * in all, and for each who tells of others. In memory and, as rows, on disk; safe for any number of
 * threads.
 */
public final class KnownNodes {
  private static final Logger LOG = LoggerFactory.getLogger(KnownNodes.class);
  private static final int MOST_NEARBY = 32;

  /** Bytes of records in one reply; what is around them fits into the rest of the control part. */
  private static final int PAGE_BYTES = Protocol.MAX_CONTROL - 4096;

  /** Records that one question may go through. */
  private static final int MOST_EXAMINED = 2000;

  private final Rows rows;
  private final OwnerId self;
  private final InstantSource clock;
  private final Bounds bounds;
  private final Predicate<OwnerId> partners;
  private final Check check;
  private final ConcurrentNavigableMap<OwnerId, KnownNode> nodes = new ConcurrentSkipListMap<>();
  private final Map<OwnerId, Integer> told = new HashMap<>();
  private final RefusalLog refusals = new RefusalLog(LOG);
  private final SourceCounts sources;

  /** Nothing expires before. */
  private Instant soonest = Instant.MAX;

  /**
   * How many records are kept.
   *
   * @param all in all
   * @param ofOne that one teller told of; a further one takes the place of his that expires first
   * @param ofSource that were published from one address, and of a network sixteen times as many:
   *     further ones are refused; 0 for any number
   */
  public record Bounds(int all, int ofOne, int ofSource) {
    /** A node's. */
    public static final Bounds NODE = new Bounds(4096, 256, 0);

    /** A broker's, where each tells of itself alone. */
    public static Bounds broker(int ofSource) {
      return new Bounds(50_000, 1, ofSource);
    }
  }

  /** Reads a record as {@link NodeRecord#parse} does; a simulation checks each only once. */
  @FunctionalInterface
  interface Check {
    NodeRecord parse(byte[] record) throws CorruptDataException;
  }

  /**
   * Reads the rows; those that are damaged or expired are removed.
   *
   * @param self whose node or broker this is
   */
  public KnownNodes(Rows rows, OwnerId self, InstantSource clock, Bounds bounds)
      throws IOException {
    this(rows, self, clock, bounds, id -> false, NodeRecord::parse);
  }

  /** As the other, of a node with these partners. */
  public KnownNodes(Rows rows, OwnerId self, InstantSource clock, Predicate<OwnerId> partners)
      throws IOException {
    this(rows, self, clock, Bounds.NODE, partners, NodeRecord::parse);
  }

  KnownNodes(
      Rows rows,
      OwnerId self,
      InstantSource clock,
      Bounds bounds,
      Predicate<OwnerId> partners,
      Check check)
      throws IOException {
    this.partners = partners;
    this.rows = rows;
    this.self = self;
    this.clock = clock;
    this.bounds = bounds;
    this.check = check;
    this.sources = new SourceCounts(bounds.ofSource);
    var gone = new Update();
    rows.scan(
        Table.KNOWN_NODES,
        new byte[0],
        null,
        (key, row) -> {
          if (!read(key, row)) {
            gone.delete(Table.KNOWN_NODES, key);
          }
          return true;
        });
    rows.apply(gone);
  }

  private boolean read(byte[] key, byte[] row) {
    try {
      KnownNode node = KnownNode.ofRow(row);
      OwnerId owner = node.record().owner();
      if (!Arrays.equals(owner.toBytes(), key) || isOver(node, clock.instant())) {
        return false;
      }
      remember(node);
      return true;
    } catch (CorruptDataException e) {
      LOG.info("the row of a known node is damaged and forgotten: {}", e.getMessage());
      return false;
    }
  }

  private boolean isOver(KnownNode node, Instant now) {
    return node.record().isExpired(now) && !partners.test(node.record().owner());
  }

  /** All nodes but this one, in the order of their owner ids; some may be expired. */
  public List<NodeRecord> all() {
    return nodes.values().stream()
        .map(KnownNode::record)
        .filter(record -> !record.owner().equals(self))
        .toList();
  }

  /** Where those are whom the local network has shown first. */
  public List<NodeAddress> nearby() {
    return nodes.values().stream()
        .filter(node -> node.teller().equals(RecordExchange.LOCAL_NETWORK))
        .flatMap(node -> node.record().addresses().stream())
        .limit(MOST_NEARBY)
        .toList();
  }

  /** How many nodes are known, this one among them. */
  public int size() {
    return nodes.size();
  }

  public Optional<NodeRecord> find(OwnerId owner) {
    return Optional.ofNullable(nodes.get(owner)).map(KnownNode::record);
  }

  /**
   * Takes what somebody tells of a node, unless it is known already or about this node.
   *
   * @return whether it was news
   * @throws NotPermittedException if it is expired, from the future, older than what is known, or
   *     as old and says something else
   * @throws CorruptDataException if it is damaged, forged, or contradicts itself
   * @throws SpaceExhaustedException if too many nodes are known
   */
  boolean take(byte[] record, OwnerId teller) throws IOException, KithException {
    return take(NodeRecord.ownerOf(record), record, teller);
  }

  /** As the other, where it was looked up already whose record it claims to be. */
  boolean take(OwnerId owner, byte[] record, OwnerId teller) throws IOException, KithException {
    return take(owner, record, teller, "");
  }

  private boolean take(OwnerId owner, byte[] record, OwnerId teller, String source)
      throws IOException, KithException {
    KnownNode known = nodes.get(owner);
    if (owner.equals(self) || (known != null && Arrays.equals(known.record().toBytes(), record))) {
      return false;
    }
    return take(check.parse(record), teller, source);
  }

  /** As the other, of a record that is true; also of this node's own. */
  boolean take(NodeRecord record, OwnerId teller) throws IOException, KithException {
    return take(record, teller, "");
  }

  private synchronized boolean take(NodeRecord record, OwnerId teller, String source)
      throws IOException, KithException {
    record.checkTime(clock.instant());
    KnownNode before = nodes.get(record.owner());
    if (before != null && !isNewer(record, before.record())) {
      return false;
    }
    if ((before == null || !before.source().equals(source)) && !sources.hasRoom(source)) {
      throw new SpaceExhaustedException(
          "too many nodes of your address or network are known here: try another broker");
    }
    if (before == null && !record.owner().equals(self)) {
      makeRoom(teller);
    }
    var node = new KnownNode(record, before == null ? teller : before.teller(), source);
    rows.apply(new Update().put(Table.KNOWN_NODES, record.owner().toBytes(), node.toRow()));
    remember(node);
    return true;
  }

  private static boolean isNewer(NodeRecord record, NodeRecord known) throws NotPermittedException {
    int newer = NodeRecord.NEWNESS.compare(record, known);
    if (newer < 0) {
      throw new NotPermittedException(
          "a newer record of " + record.owner().brief() + " is known: this one is a replay");
    }
    if (newer == 0 && !record.record().sameBody(known.record())) {
      throw new NotPermittedException(
          record.owner().brief()
              + " says two things in one generation: the first that was heard holds");
    }
    return newer > 0;
  }

  private void remember(KnownNode node) {
    KnownNode before = nodes.put(node.record().owner(), node);
    if (before == null) {
      told.merge(node.teller(), 1, Integer::sum);
    } else {
      sources.remove(before.source());
    }
    sources.add(node.source());
    Instant end = node.record().age().expires();
    soonest = end.isBefore(soonest) ? end : soonest;
  }

  /** Whoever has told of most makes room, if it is not the teller himself. */
  private void makeRoom(OwnerId teller) throws IOException, SpaceExhaustedException {
    int his = told.getOrDefault(teller, 0);
    if (his >= bounds.ofOne) {
      String many = "no more than " + bounds.ofOne + " of them are remembered";
      refusals.refused(teller, "{} tells of too many nodes", many);
      forgetFirstOf(teller);
    }
    if (nodes.size() < bounds.all || purge() > 0) {
      return;
    }
    OwnerId most = Collections.max(told.entrySet(), Map.Entry.comparingByValue()).getKey();
    if (told.get(most) <= his + 1) {
      throw new SpaceExhaustedException("too many nodes are known here already");
    }
    forgetFirstOf(most);
  }

  /** Of those that he told of, the one that expires first. */
  private void forgetFirstOf(OwnerId teller) throws IOException {
    Optional<KnownNode> first =
        nodes.values().stream()
            .filter(node -> node.teller().equals(teller) && !node.record().owner().equals(self))
            .filter(node -> !partners.test(node.record().owner()))
            .min(Comparator.comparing(node -> node.record().age().expires()));
    if (first.isPresent()) {
      forget(first.get());
    }
  }

  private void forget(KnownNode node) throws IOException {
    OwnerId owner = node.record().owner();
    rows.apply(new Update().delete(Table.KNOWN_NODES, owner.toBytes()));
    nodes.remove(owner);
    told.computeIfPresent(node.teller(), (id, count) -> count > 1 ? count - 1 : null);
    sources.remove(node.source());
  }

  /** Forgets what is expired; returns how many that were. Goes through all only where some are. */
  public synchronized int purge() throws IOException {
    Instant now = clock.instant();
    if (now.isBefore(soonest)) {
      return 0;
    }
    var expired = new ArrayList<KnownNode>();
    Instant next = Instant.MAX;
    for (KnownNode node : nodes.values()) {
      Instant end = node.record().age().expires();
      if (isOver(node, now)) {
        expired.add(node);
      } else if (end.isBefore(next) && end.isAfter(now)) {
        next = end;
      }
    }
    for (KnownNode node : expired) {
      forget(node);
    }
    soonest = next;
    return expired.size();
  }

  /**
   * Takes the record that a node publishes about itself.
   *
   * @param source where it comes from, if that bounds how many are kept; otherwise empty
   * @throws NotPermittedException also if it is another's
   */
  Reply published(SignedRecord record, OwnerId sender, String source)
      throws IOException, KithException {
    try {
      if (!record.fields().owner("owner").equals(sender)) {
        throw new NotPermittedException("a node publishes its own record and no other's");
      }
      take(sender, record.toBytes(), sender, source);
      return new Reply.Done();
    } catch (KithException e) {
      refusals.refused(sender, "a record that {} publishes is refused", e.getMessage());
      throw e;
    }
  }

  /** What is known, as far as it fits the question, one reply and a bounded time. */
  Reply.Records page(RecordsQuery query) {
    var page = new ArrayList<byte[]>();
    var networks = new HashMap<String, Integer>();
    int bytes = 0;
    int examined = 0;
    var from = query.after().map(after -> nodes.tailMap(after, false)).orElse(nodes);
    for (KnownNode node : from.values()) {
      if (page.size() >= query.limit() || examined++ >= MOST_EXAMINED) {
        return new Reply.Records(page, true);
      }
      NodeRecord record = node.record();
      if (record.isExpired(clock.instant()) || !query.fits(record.facts())) {
        continue;
      }
      int alike = networks.merge(record.addresses().get(0).network(), 1, Integer::sum);
      if (query.spread() > 0 && alike > query.spread()) {
        continue;
      }
      byte[] stored = record.toBytes();
      if (bytes + stored.length > PAGE_BYTES) {
        return new Reply.Records(page, true);
      }
      bytes += stored.length;
      page.add(stored);
    }
    return new Reply.Records(page, false);
  }

  /** This node's own record alone, if it has published one. */
  Reply.Records own() {
    var own = find(self).filter(record -> !record.isExpired(clock.instant()));
    return new Reply.Records(own.map(record -> List.of(record.toBytes())).orElse(List.of()), false);
  }
}
