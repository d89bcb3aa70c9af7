package kith.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import kith.codec.CodeParameters;
import kith.codec.KithException;
import kith.codec.MerkleTree;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.SealedShard;
import kith.codec.ShardName;
import kith.codec.ShardSealer;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.AuditPace;

/** An owner who audits a holder, on a virtual network, and a friend of his. */
final class AuditPair implements SealedBlocks, AuditListener, AutoCloseable {
  static final long SPACE = 64 << 20;
  private static final byte[] SECRET = Messages.filled(32, 77);

  final VirtualClock clock = new VirtualClock();
  final VirtualNetwork network;
  final RandomGenerator random;
  final TestNode friend;
  TestNode owner;
  TestNode holder;
  AuditBook audits;
  Auditor auditor;
  LedgerKeeper keeper;
  AuditMethod method = AuditMethod.HMAC;
  AuditSettings settings = AuditSettings.usual();
  private LedgerMirrors mirrors;
  private final Path folder;

  /** What the owner has put, without seals. */
  final Map<ShardName, byte[]> plain = new HashMap<>();

  /** Shards whose packs are not here any more. */
  final Set<ShardName> evicted = new HashSet<>();

  /** Shards that were found missing, and are to be put again. */
  final Set<ShardName> suspect = new HashSet<>();

  final List<AuditOutcome> heard = new ArrayList<>();
  final List<ShardName> missing = new ArrayList<>();

  AuditPair(long seed, Path folder) throws IOException {
    this.folder = folder;
    network = new VirtualNetwork(seed, clock);
    random = Shards.random(seed);
    holder = TestNode.virtual(network, "holder");
    friend = TestNode.virtual(network, "friend");
    mirrors = new LedgerMirrors(folder, TestNode.keyOf("owner").id());
    owner = TestNode.virtual(network, "owner", Optional.of(mirrors));
    TestNode.befriend(holder, owner, SPACE);
    TestNode.befriend(friend, owner, SPACE);
    wire();
  }

  /** The owner's part over what its node has on disk. */
  void wire() throws IOException {
    audits = new AuditBook(owner.rows);
    keeper = new LedgerKeeper(owner.client, owner.self, mirrors, owner.book);
    var parts =
        new Auditor.Parts(
            owner.self,
            owner.book,
            owner.client,
            mirrors,
            keeper,
            audits,
            this,
            method,
            settings,
            random,
            clock::nanos);
    auditor = new Auditor(parts, this);
  }

  /** So many blocks in each round, and no end of rounds. */
  void blocks(int blocks) throws IOException {
    settings =
        new AuditSettings(
            AuditPace.usual(), blocks, Duration.ofSeconds(60), Duration.ofSeconds(180));
    wire();
  }

  void restartOwner() throws IOException {
    owner = owner.restarted(network);
    wire();
  }

  void restartHolder() {
    holder = holder.restarted(network);
  }

  /** Puts a shard of so many bytes without seals. */
  ShardName put(int length) throws KithException {
    byte[] pack = new byte[PackId.SIZE];
    random.nextBytes(pack);
    var name = new ShardName(new PackId(pack), CodeParameters.of(4, 2), random.nextInt(6));
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    plain.put(name, bytes);
    put(name);
    return name;
  }

  void put(ShardName name) throws KithException {
    byte[] sealed = sealer(name, holder.id()).seal(plain.get(name));
    var shard =
        new SealedShard(name, holder.id(), Messages.filled(40, 1), sealed, MerkleTree.root(sealed));
    owner.client.put(shard);
    suspect.remove(name);
  }

  byte[] sealed(ShardName name) {
    return sealer(name, holder.id()).seal(plain.get(name));
  }

  AuditEnd audit() throws KithException {
    return auditor.audit(holder.id());
  }

  /** The next day: all audits may be used up again. */
  void tomorrow() {
    clock.advance(Duration.ofHours(25));
  }

  AuditBook.Summary summary() {
    return audits.summary(holder.id());
  }

  @Override
  public Optional<byte[]> sealed(ShardName shard, OwnerId at) {
    return evicted.contains(shard) || !plain.containsKey(shard)
        ? Optional.empty()
        : Optional.of(sealed(shard));
  }

  @Override
  public ShardSealer sealer(ShardName shard, OwnerId at) {
    return new ShardSealer(SECRET, owner.id(), at, shard);
  }

  @Override
  public boolean isPlaced(ShardName shard, OwnerId at) {
    return !suspect.contains(shard);
  }

  @Override
  public void audited(OwnerId at, AuditOutcome outcome, List<ShardName> shards) {
    heard.add(outcome);
    missing.addAll(shards);
    suspect.addAll(shards);
  }

  /** Where the owner's ledgers lie. */
  Path folder() {
    return folder;
  }

  @Override
  public void close() {
    owner.close();
    holder.close();
    friend.close();
    try {
      mirrors.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
