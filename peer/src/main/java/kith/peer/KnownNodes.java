package kith.peer;

import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
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
 * expires. Bounded in all, and for each who tells of others. In memory and, as rows, on disk; safe
 * for any number of threads.
 */
public final class KnownNodes {
  private static final Logger LOG = LoggerFactory.getLogger(KnownNodes.class);

  /** Bytes of records in one reply; what is around them fits into the rest of the control part. */
  private static final int PAGE_BYTES = Protocol.MAX_CONTROL - 4096;

  /** Records that one question may go through. */
  private static final int MOST_EXAMINED = 2000;

  private final Rows rows;
  private final OwnerId self;
  private final InstantSource clock;
  private final Bounds bounds;
  private final ConcurrentNavigableMap<OwnerId, KnownNode> nodes = new ConcurrentSkipListMap<>();
  private final Map<OwnerId, Integer> told = new HashMap<>();

  /**
   * How many records are kept.
   *
   * @param all in all
   * @param ofOne that one teller told of; a further one takes the place of his that expires first
   */
  public record Bounds(int all, int ofOne) {
    /** A node's. */
    public static final Bounds NODE = new Bounds(4096, 256);

    /** A broker's, where each tells of itself alone. */
    public static final Bounds BROKER = new Bounds(50_000, 1);
  }

  /**
   * Reads the rows; those that are damaged or expired are removed.
   *
   * @param self whose node or broker this is
   */
  public KnownNodes(Rows rows, OwnerId self, InstantSource clock, Bounds bounds)
      throws IOException {
    this.rows = rows;
    this.self = self;
    this.clock = clock;
    this.bounds = bounds;
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
      if (!Arrays.equals(owner.toBytes(), key) || node.record().isExpired(clock.instant())) {
        return false;
      }
      nodes.put(owner, node);
      told.merge(node.teller(), 1, Integer::sum);
      return true;
    } catch (CorruptDataException e) {
      LOG.info("the row of a known node is damaged and forgotten: {}", e.getMessage());
      return false;
    }
  }

  /** All nodes but this one, in the order of their owner ids; some may have just expired. */
  public List<NodeRecord> all() {
    return nodes.values().stream()
        .map(KnownNode::record)
        .filter(record -> !record.owner().equals(self))
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
   * @throws NotPermittedException if it is expired, from the future, or older than what is known
   * @throws CorruptDataException if it is damaged, forged, or contradicts itself
   * @throws SpaceExhaustedException if too many nodes are known
   */
  boolean take(byte[] record, OwnerId teller) throws IOException, KithException {
    OwnerId owner = NodeRecord.ownerOf(record);
    KnownNode known = nodes.get(owner);
    if (owner.equals(self) || (known != null && Arrays.equals(known.record().toBytes(), record))) {
      return false;
    }
    return take(NodeRecord.parse(record), teller);
  }

  /** As the other, of a record that is true; also of this node's own. */
  synchronized boolean take(NodeRecord record, OwnerId teller) throws IOException, KithException {
    record.checkTime(clock.instant());
    KnownNode before = nodes.get(record.owner());
    if (before == null) {
      makeRoom(teller);
    } else if (NodeRecord.NEWNESS.compare(record, before.record()) < 0) {
      throw new NotPermittedException(
          "a newer record of " + record.owner().brief() + " is known: this one is a replay");
    } else if (NodeRecord.NEWNESS.compare(record, before.record()) == 0) {
      return false;
    }
    var node = new KnownNode(record, before == null ? teller : before.teller());
    rows.apply(new Update().put(Table.KNOWN_NODES, record.owner().toBytes(), node.toRow()));
    if (nodes.put(record.owner(), node) == null) {
      told.merge(teller, 1, Integer::sum);
    }
    return true;
  }

  private void makeRoom(OwnerId teller) throws IOException, SpaceExhaustedException {
    if (told.getOrDefault(teller, 0) >= bounds.ofOne) {
      Optional<KnownNode> first =
          nodes.values().stream()
              .filter(node -> node.teller().equals(teller))
              .min(Comparator.comparing(node -> node.record().age().expires()));
      if (first.isPresent()) {
        forget(first.get());
      }
    }
    if (nodes.size() >= bounds.all && purge() == 0) {
      throw new SpaceExhaustedException("too many nodes are known here already");
    }
  }

  private void forget(KnownNode node) throws IOException {
    OwnerId owner = node.record().owner();
    rows.apply(new Update().delete(Table.KNOWN_NODES, owner.toBytes()));
    nodes.remove(owner);
    told.computeIfPresent(node.teller(), (id, count) -> count > 1 ? count - 1 : null);
  }

  /** Forgets what is expired; returns how many that were. */
  public synchronized int purge() throws IOException {
    var expired = new ArrayList<KnownNode>();
    for (KnownNode node : nodes.values()) {
      if (node.record().isExpired(clock.instant())) {
        expired.add(node);
      }
    }
    for (KnownNode node : expired) {
      forget(node);
    }
    return expired.size();
  }

  /**
   * Takes the record that a node publishes about itself.
   *
   * @throws NotPermittedException also if it is another's
   */
  Reply published(SignedRecord record, OwnerId sender) throws IOException, KithException {
    if (!record.fields().owner("owner").equals(sender)) {
      throw new NotPermittedException("a node publishes its own record and no other's");
    }
    take(record.toBytes(), sender);
    return new Reply.Done();
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
