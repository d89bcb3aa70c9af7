package kith.fs.node;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.ShardName;
import kith.fs.DriveEngine;
import kith.fs.NeededShards;
import kith.index.HoldingStore;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import kith.peer.KeepSet;
import kith.peer.KeepSetState;
import kith.peer.KeepSetTalk;
import kith.peer.OwnerRecord;
import kith.peer.Partner;
import kith.peer.PartnerBook;
import kith.peer.SignedRecord;
import kith.peer.Standing;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops at partners what this drive does not need any more: coded anew, moved elsewhere, or
 * reclaimed. What stands at a partner is what its ledger says; what is needed is what all rows say,
 * while the published head says the same; and a shard goes only if both said so at two heads, for
 * partners keep the one before, too. What was found in the trash by somebody who read it is left
 * alone for as long as the trash is kept. Where anything cannot be read nothing is dropped; nor
 * where changes of the index were lost, until a head was published since at which all that anything
 * refers to was found to be known. Safe for many threads.
 */
final class NodeDropping {
  private static final Logger LOG = LoggerFactory.getLogger(NodeDropping.class);

  /** All that is at partners is gone through so often. */
  static final Duration EACH = Duration.ofMinutes(30);

  /** One of so many bytes is dropped within the time of the trash; the breaker lets one in four. */
  private static final int PART = 5;

  private static final byte[] STOPPED = "drops.stopped".getBytes(StandardCharsets.UTF_8);
  private static final int MOST_TOLD = 1000;

  private final Parts parts;

  /** At which head each shard was first found not to be needed, and ever since. */
  private final Map<OwnerId, Map<ShardName, Long>> unneeded = new HashMap<>();

  private final Map<OwnerId, Integer> alarms = new ConcurrentHashMap<>();
  private final Set<String> told = new HashSet<>();
  private final NodeFarewell farewell;
  private final NodePrune prune;
  private final Map<OwnerId, Long> left = new ConcurrentHashMap<>();
  private Instant next = Instant.MIN;
  private boolean headAsked;

  /**
   * What it works with.
   *
   * @param mayPut whether this home is known not to be an old copy
   */
  record Parts(
      Rows rows,
      PartnerBook book,
      NodePartners partners,
      DriveEngine engine,
      KeepSetTalk talk,
      MayPut mayPut,
      InstantSource clock) {}

  /** Whether this node may put. */
  @FunctionalInterface
  interface MayPut {
    boolean passed();
  }

  /**
   * @param lost how many changes of the index were gone at the start
   */
  NodeDropping(Parts parts, long lost) throws IOException {
    this.parts = parts;
    this.farewell = new NodeFarewell(parts.rows, parts.book, parts.talk);
    this.prune = new NodePrune(this, parts);
    if (lost > 0) {
      var stopped = new Update().put(Table.META, STOPPED, new byte[0]);
      NeededShards.doubt(stopped);
      parts.rows.apply(stopped);
    }
  }

  /** Everything that anything refers to is known, and a head names its places: it may go on. */
  private void recover(NeededShards needed) throws IOException {
    long whole = NeededShards.whole(parts.rows);
    if (whole == 0 && !headAsked) {
      headAsked = true;
      parts.engine.moving().partnersChanged(); // with the next head it is looked for
    } else if (whole > 0 && needed.generation() >= whole) {
      parts.rows.apply(new Update().delete(Table.META, STOPPED));
      LOG.info("all that is needed is known again: what is not is dropped at partners");
    }
  }

  /**
   * Whether nothing is dropped because changes of the index were lost, now or at a former start.
   */
  boolean isStopped() throws IOException {
    return parts.rows.get(Table.META, STOPPED) != null;
  }

  /** What a person asks to be dropped. */
  NodePrune prune() {
    return prune;
  }

  /** Bytes at each partner that are not needed, as of the last look. */
  Map<OwnerId, Long> unneeded() {
    return Map.copyOf(left);
  }

  /** Goes through everything now. */
  synchronized void now() throws IOException {
    if (parts.mayPut.passed()) {
      goThrough(parts.clock.instant());
    }
  }

  /** What was not needed at two heads. */
  synchronized Set<ShardName> mayGo(OwnerId holder) throws IOException {
    Optional<NeededShards> needed = isStopped() ? Optional.empty() : NeededShards.of(parts.rows);
    Set<ShardName> found = new HashSet<>();
    if (needed.isPresent()) {
      unneeded
          .getOrDefault(holder, Map.of())
          .forEach(
              (name, since) -> {
                if (since < needed.get().generation() && !needed.get().isNeeded(holder, name)) {
                  found.add(name);
                }
              });
    }
    return found;
  }

  /** Has a partner drop what its owner key lets go, be it much or little. */
  synchronized void drop(
      OwnerId holder, SignedRecord keep, List<ShardName> names, OwnerRecord override)
      throws IOException, KithException {
    Map<ShardName, Long> since = unneeded.getOrDefault(holder, Map.of());
    if (!mayGo(holder).containsAll(names)) {
      return; // something of it is needed by now
    }
    told(holder, parts.talk.tell(holder, keep, names, Optional.of(override)), names);
    since.keySet().removeAll(names);
    goThrough(parts.clock.instant());
  }

  /** What lets partners drop everything. */
  NodeFarewell farewell() {
    return farewell;
  }

  /** Shards that were dropped at each partner and were read there since. */
  Map<OwnerId, Integer> alarms() {
    return Map.copyOf(alarms);
  }

  /** Goes through everything if it is time; returns how many shards were dropped. */
  synchronized int tick() throws IOException {
    Instant now = parts.clock.instant();
    boolean due = !now.isBefore(next) || now.isBefore(next.minus(EACH));
    if (!due || !parts.mayPut.passed()) {
      return 0;
    }
    next = now.plus(EACH);
    return goThrough(now);
  }

  private int goThrough(Instant now) throws IOException {
    Map<OwnerId, Standing> standing = standing();
    Optional<NeededShards> needed = NeededShards.of(parts.rows); // after: what stands has its row
    if (needed.isPresent() && isStopped()) {
      recover(needed.get());
    }
    if (needed.isEmpty() || isStopped()) {
      return 0;
    }
    int dropped = 0;
    for (Map.Entry<OwnerId, Standing> each : standing.entrySet()) {
      dropped += look(each.getKey(), each.getValue(), needed.get(), now);
    }
    if (dropped > 0) {
      next = now; // there may be more
    }
    return dropped;
  }

  /** Of those who stay and are there. */
  private Map<OwnerId, Standing> standing() throws IOException {
    Map<OwnerId, Standing> found = new TreeMap<>();
    Set<OwnerId> there = parts.partners.reachable();
    for (Partner partner : parts.book.staying()) {
      OwnerId id = partner.id();
      if (there.contains(id)) {
        try {
          found.put(id, parts.talk.standing(id));
        } catch (KithException e) {
          LOG.info("nothing is dropped at {}: {}", id.brief(), e.getMessage());
        }
      }
    }
    unneeded.keySet().retainAll(found.keySet());
    left.keySet().retainAll(found.keySet());
    return found;
  }

  private int look(OwnerId holder, Standing standing, NeededShards needed, Instant now)
      throws IOException {
    putAgain(holder, standing, needed, now);
    parts
        .engine
        .moving()
        .dropped(
            holder,
            needed.reclaimed(holder).stream()
                .filter(name -> !standing.shards().containsKey(name))
                .toList());
    Map<ShardName, Long> since = unneeded.computeIfAbsent(holder, id -> new HashMap<>());
    Set<ShardName> found = unneeded(holder, standing, needed, now);
    since.keySet().retainAll(found);
    left.put(
        holder, found.stream().mapToLong(name -> standing.shards().get(name).sealedLength()).sum());
    found.forEach(name -> since.putIfAbsent(name, needed.generation()));
    try {
      KeepSetState state = parts.talk.state(holder);
      parts.partners.told(holder, state);
      // Partners keep the head before the published one, too: if need be, another is published.
      if (since.containsValue(needed.generation())) {
        parts.engine.moving().partnersChanged();
      }
      List<ShardName> some = some(since, needed.generation(), standing, state);
      return some.isEmpty() ? 0 : drop(holder, standing, some);
    } catch (KithException e) {
      LOG.info("nothing is dropped at {} now: {}", holder.brief(), e.getMessage());
      return 0;
    }
  }

  private Set<ShardName> unneeded(
      OwnerId holder, Standing standing, NeededShards needed, Instant now) {
    Set<ShardName> unneeded = new HashSet<>();
    int alarming = 0;
    for (Map.Entry<ShardName, Standing.Shard> each : standing.shards().entrySet()) {
      ShardName name = each.getKey();
      if (needed.isNeeded(holder, name)) {
        continue;
      }
      Instant putAt = Instant.ofEpochMilli(each.getValue().putAt());
      boolean lately = putAt.plus(HoldingStore.TRASH_TIME).isAfter(now);
      if (each.getValue().again() && lately) {
        alarming++;
        tell(
            "found-in-trash: shard " + name + " was dropped at " + holder.brief(),
            " and read there since: it is kept again. Somebody reads an older state of the drive,"
                + " or it should not have been dropped");
      } else {
        unneeded.add(name);
      }
    }
    if (alarming > 0) {
      alarms.put(holder, alarming);
    } else {
      alarms.remove(holder);
    }
    return unneeded;
  }

  private void tell(String what, String more) {
    if (told.size() < MOST_TOLD && told.add(what)) {
      LOG.warn("{}{}", what, more);
    }
  }

  /** What is needed and was dropped is put again, which takes it out of the trash. */
  private void putAgain(OwnerId holder, Standing standing, NeededShards needed, Instant now) {
    for (Map.Entry<ShardName, Long> each : needed.at(holder).entrySet()) {
      ShardName name = each.getKey();
      boolean placed = each.getValue() > 0 && each.getValue() < now.toEpochMilli();
      if (placed && !standing.shards().containsKey(name)) {
        tell(
            "dropped-but-needed: shard " + name + " was dropped at " + holder.brief(),
            " by somebody with this drive's keys: it is put again");
        parts.engine.moving().missing(holder, name);
      }
    }
  }

  /** As many as may go now: slower than the holder would let them, and not before two heads. */
  private static List<ShardName> some(
      Map<ShardName, Long> since, long generation, Standing standing, KeepSetState state) {
    long most = Math.min(state.droppableBytes(), state.usedBytes() / PART - state.trashBytes());
    List<ShardName> some = new ArrayList<>();
    for (ShardName name : since.keySet().stream().sorted().toList()) {
      long length = standing.shards().get(name).sealedLength();
      if (since.get(name) < generation && length <= most && some.size() < KeepSet.MOST_DROPPED) {
        some.add(name);
        most -= length;
      }
    }
    return some;
  }

  private int drop(OwnerId holder, Standing standing, List<ShardName> names)
      throws IOException, KithException {
    SignedRecord keep = parts.talk.keepSet(holder, standing, names);
    told(holder, parts.talk.tell(holder, keep, names, Optional.empty()), names);
    names.forEach(
        name -> left.merge(holder, -standing.shards().get(name).sealedLength(), Long::sum));
    return names.size();
  }

  private void told(OwnerId holder, KeepSetState state, List<ShardName> names) throws IOException {
    parts.engine.moving().dropped(holder, names);
    parts.partners.told(holder, state);
    LOG.info("{} shards that nothing needs are dropped at {}", names.size(), holder.brief());
  }
}
