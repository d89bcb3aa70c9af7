package kith.fs;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.codec.PartnerUnavailableException;
import kith.codec.SealedShard;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.codec.SpaceExhaustedException;
import kith.peer.choice.NetworkPrefix;
import kith.peer.choice.OperatingSystem;
import kith.peer.conduct.Standing;
import kith.peer.conduct.Trouble;

/** Partners that keep shards in memory, each of whom can misbehave in his own way. */
final class PackTestPartners implements ShardTransport {
  /** What a partner does when asked. */
  enum Manner {
    GOOD,
    /** Refuses at once, as a closed port does. */
    DEAD,
    /** Never answers. */
    SILENT,
    /** Answers when {@link #release} is called. */
    HELD,
    /** Gives blocks with one bit flipped. */
    CORRUPT,
    /** Gives nothing at all where blocks are asked for. */
    SHORT,
    /** Takes nothing. */
    FULL,
    /** Gives nothing yet: see {@link #later}. */
    LATER
  }

  /** A put or get as it arrived. */
  record Call(String what, OwnerId holder, ShardName shard, int blocks) {}

  final List<Call> calls = new ArrayList<>();

  /** Gets that were answered. */
  final List<Call> given = Collections.synchronizedList(new ArrayList<>());

  final Map<OwnerId, Map<ShardName, SealedShard>> kept = new LinkedHashMap<>();
  private final Map<OwnerId, Manner> manners = new HashMap<>();
  private final Map<OwnerId, List<Runnable>> held = new HashMap<>();
  private final Map<OwnerId, Set<NetworkPrefix>> places = new HashMap<>();
  private final Map<OwnerId, OperatingSystem> systems = new HashMap<>();
  private final Set<OwnerId> leaving = new HashSet<>();
  private final Map<OwnerId, Standing> standings = new HashMap<>();
  private final Map<OwnerId, Instant> locked = new HashMap<>();

  /** When those who give nothing yet will; less than a second is over when they are asked again. */
  volatile Duration later = Duration.ofHours(3);

  PackTestPartners(int count) {
    for (int i = 0; i < count; i++) {
      add(i);
    }
  }

  static OwnerId owner(int number) {
    byte[] id = new byte[OwnerId.SIZE];
    Arrays.fill(id, (byte) (number * 37 + 11));
    return new OwnerId(id);
  }

  synchronized void add(int number) {
    kept.put(owner(number), new HashMap<>());
  }

  synchronized void behave(OwnerId holder, Manner manner) {
    manners.put(holder, manner);
  }

  synchronized Manner manner(OwnerId holder) {
    return manners.getOrDefault(holder, Manner.GOOD);
  }

  synchronized void where(OwnerId holder, Set<NetworkPrefix> networks) {
    places.put(holder, networks);
  }

  /** A partner's node runs on that. */
  synchronized void runs(OwnerId holder, OperatingSystem system) {
    systems.put(holder, system);
  }

  /** Gets no shards any more, but gives those that he has. */
  synchronized void leave(OwnerId holder) {
    leaving.add(holder);
  }

  /** Stands like this with the owner from now on. */
  synchronized void stands(OwnerId holder, Standing.Level level, Duration lasting) {
    Duration left = Duration.ofDays(21).minus(lasting);
    standings.put(holder, new Standing(level, Trouble.SILENT, lasting, left));
  }

  /** Is back after a long silence, and has yet to show what he still has. */
  synchronized void returns(OwnerId holder) {
    behave(holder, Manner.GOOD);
    Duration left = Duration.ofDays(13);
    standings.put(
        holder,
        new Standing(
            Standing.Level.SUSPECTED, Trouble.RETURNED, Duration.ofDays(21).minus(left), left));
  }

  /** Has shown all that was asked for. */
  synchronized void verified(OwnerId holder) {
    standings.remove(holder);
  }

  /** Has been silent for longer than his grace. */
  void gone(OwnerId holder) {
    stands(holder, Standing.Level.RENEGED, Duration.ofDays(21));
  }

  /** Is in his commitment period. */
  synchronized void lock(OwnerId holder, Instant until) {
    locked.put(holder, until);
  }

  /** All commitment periods are over. */
  synchronized void unlock() {
    locked.clear();
  }

  @Override
  public synchronized Map<OwnerId, Instant> locked() {
    return Map.copyOf(locked);
  }

  @Override
  public synchronized Set<OwnerId> gone() {
    return standings.entrySet().stream()
        .filter(each -> each.getValue().isReneged())
        .map(Map.Entry::getKey)
        .collect(java.util.stream.Collectors.toSet());
  }

  /** All who don't leave, with a terabyte each; the dead ones are not reachable. */
  synchronized List<HolderCandidate> candidates() {
    return kept.keySet().stream()
        .filter(id -> !leaving.contains(id))
        .map(
            id ->
                new HolderCandidate(
                    id,
                    (1L << 40) - (kept.get(id).isEmpty() ? 0 : 1),
                    manner(id) != Manner.DEAD,
                    !locked.containsKey(id),
                    1L << 40,
                    places.getOrDefault(id, Set.of()),
                    systems.getOrDefault(id, OperatingSystem.OTHER),
                    standings.getOrDefault(id, Standing.GOOD),
                    true))
        .toList();
  }

  /** Lets a held partner answer everything that he was asked. */
  void release(OwnerId holder) {
    List<Runnable> answers;
    synchronized (this) {
      answers = held.getOrDefault(holder, List.of());
      held.remove(holder);
    }
    answers.forEach(Runnable::run);
  }

  /** Lets a held partner fail everything that he was asked. */
  void refuse(OwnerId holder) {
    behave(holder, Manner.DEAD);
    release(holder);
  }

  synchronized long count(String what) {
    return calls.stream().filter(call -> call.what.equals(what)).count();
  }

  synchronized long count(String what, OwnerId holder) {
    return calls.stream()
        .filter(call -> call.what.equals(what) && call.holder.equals(holder))
        .count();
  }

  static byte[] ack(SealedShard shard) {
    return (shard.holder() + " has " + shard.name() + " " + shard.merkleRoot())
        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public CompletableFuture<byte[]> put(SealedShard shard, Duration deadline) {
    synchronized (this) {
      calls.add(new Call("put", shard.holder(), shard.name(), 0));
    }
    return answer(
        shard.holder(),
        () -> {
          if (manner(shard.holder()) == Manner.FULL) {
            throw new SpaceExhaustedException("full");
          }
          synchronized (this) {
            SealedShard before = kept.get(shard.holder()).put(shard.name(), shard);
            if (before != null && !before.merkleRoot().equals(shard.merkleRoot())) {
              throw new CorruptDataException("another shard of this name is here");
            }
          }
          return ack(shard);
        });
  }

  @Override
  public CompletableFuture<byte[]> get(OwnerId holder, Blocks blocks, Duration deadline) {
    synchronized (this) {
      calls.add(new Call("get", holder, blocks.shard(), blocks.count()));
    }
    return answer(
        holder,
        () -> {
          SealedShard shard;
          synchronized (this) {
            shard = kept.get(holder).get(blocks.shard());
          }
          if (shard == null) {
            throw new CorruptDataException("no such shard here");
          }
          given.add(new Call("get", holder, blocks.shard(), blocks.count()));
          return cut(shard.sealed(), blocks, manner(holder));
        });
  }

  private static byte[] cut(byte[] sealed, Blocks blocks, Manner manner) {
    int from = ShardLayout.sealedOffset(blocks.first());
    int to = Math.min(sealed.length, ShardLayout.sealedOffset(blocks.first() + blocks.count()));
    byte[] cut = Arrays.copyOfRange(sealed, from, manner == Manner.SHORT ? from : to);
    if (manner == Manner.CORRUPT) {
      cut[cut.length / 2] ^= 1;
    }
    return cut;
  }

  private CompletableFuture<byte[]> answer(OwnerId holder, Flights.Work<byte[]> work) {
    CompletableFuture<byte[]> future = new CompletableFuture<>();
    Runnable answer =
        () -> {
          try {
            if (manner(holder) == Manner.DEAD) {
              throw new PartnerUnavailableException("nobody is there");
            }
            future.complete(work.get());
          } catch (KithException | java.io.IOException e) {
            future.completeExceptionally(e);
          }
        };
    switch (manner(holder)) {
      case GOOD, CORRUPT, SHORT, FULL -> answer.run();
      case DEAD -> future.completeExceptionally(new PartnerUnavailableException("nobody is there"));
      case LATER -> {
        future.completeExceptionally(new NotYetException("not yet", later));
        if (later.toSeconds() == 0) {
          behave(holder, Manner.GOOD);
        }
      }
      case SILENT -> {}
      case HELD -> {
        synchronized (this) {
          held.computeIfAbsent(holder, unused -> new ArrayList<>()).add(answer);
        }
      }
    }
    return future;
  }
}
