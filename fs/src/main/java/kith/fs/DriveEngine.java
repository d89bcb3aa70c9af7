package kith.fs;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import kith.chunker.ChunkerParameters;
import kith.chunker.GearTable;
import kith.codec.CodeParameters;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackEncoder;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Staging;

/**
 * A drive, wired: from the filesystem that is mounted down to the packs and the way to the
 * partners. Owns no threads but those of its parts; the duties are ticked by whoever runs it.
 */
public final class DriveEngine implements AutoCloseable {
  private static final long PAGE_CACHE = 16L << 20;
  private static final int TREE_RECORDS = 20_000;

  /** While room is needed, a pack is sealed when nothing came to it for so long. */
  private static final Duration IDLE_IN_HASTE = Duration.ofSeconds(2);

  /**
   * What a drive stands on.
   *
   * @param epoch of this node
   */
  public record Foundation(
      Rows rows,
      Staging staging,
      PackStore store,
      DriveKeys keys,
      OwnerId owner,
      long epoch,
      Executor cpu,
      Executor readAhead,
      InstantSource clock,
      SecureRandom random,
      Events events,
      Pace pace) {}

  /** The partners: over which candidates packs are spread, and whom heads describe. */
  public record Partners(
      ShardTransport shards,
      HeadSender heads,
      Supplier<List<HolderCandidate>> candidates,
      Supplier<List<Head.Partner>> described,
      AuditCover cover) {}

  /** Takes sealed heads to the partners. */
  public interface HeadSender extends HeadTransport {}

  /**
   * How the drive is set up.
   *
   * @param snapshotsVisible whether listing the root shows it
   */
  public record Settings(
      PlacementPolicy policy,
      FileName snapshotFolder,
      boolean snapshotsVisible,
      Caller rootOwner,
      long chunkCacheBytes,
      CacheSettings cache,
      ShipperSettings shipping,
      FetcherSettings fetching) {}

  private final Foundation base;
  private final Partners partners;
  private final Settings settings;
  private final HeadGeneration generation;
  private final ChunkCodecs codecs;
  private final PackWriter packs;
  private final Fetcher fetcher;
  private final Shipper shipper;
  private final Moving moving;
  private final Recovery recovery;
  private final LiveTree live;
  private final DamageMarks marks;
  private final PackHealer healer;
  private final ChunkerParameters chunker;
  private final Ingest ingest;
  private final Ingest.Cutting cutting;
  private final LiveFileSystem liveFiles;
  private final Snapshots snapshots;
  private final IngestDuty ingestDuty;
  private final StagingSweeper sweeper;
  private final Publisher publisher;
  private final Reclaim reclaim;
  private final LocalCache cache;
  private final Remembered<SafetyTotals> totals;
  private final Drive drive;
  private final ContentReader content;
  private final PackedTree.Access past;

  public DriveEngine(Foundation base, Partners partners, Settings settings) throws IOException {
    this.base = base;
    this.partners = partners;
    this.settings = settings;
    DriveKeys keys = base.keys;
    Rows rows = base.rows;
    totals = new Remembered<>(() -> SafetyTotals.of(rows, settings.policy), base.clock);
    generation = new HeadGeneration(rows);
    PackEncoder encoder = new PackEncoder(keys, base.owner, base.random);
    codecs = new ChunkCodecs(keys, base.random);
    shipper =
        new Shipper(
            new Shipper.Parts(
                rows,
                base.store,
                encoder,
                partners.shards,
                partners.candidates,
                settings.policy,
                base.clock,
                base.events,
                base.pace),
            settings.shipping);
    new PackWriterAdoption(base.store, rows, keys, base.clock, base.events).run();
    packs =
        new PackWriter(
            new PackWriter.Parts(
                codecs,
                keys,
                base.store,
                rows,
                base.cpu,
                base.clock,
                base.random,
                generation::current,
                shipper::sealed,
                base.pace));
    fetcher =
        new Fetcher(
            new Fetcher.Parts(partners.shards, encoder, base.clock, base.events, shipper),
            settings.fetching);
    PackDamage damage = new PackDamage(base.events);
    Optional<RecoveryRow> coming = RecoveryRow.find(rows);
    ChunkStoreLocal here = new ChunkStoreLocal(packs, base.store, rows, damage);
    var sources =
        new RecoverySources(
            rows,
            coming.map(RecoveryRow::head),
            (places, bytes) ->
                new ChunkStore(
                    new ChunkStore.Parts(codecs, Optional.of(here), places, fetcher, base.events),
                    bytes),
            settings.chunkCacheBytes);
    ChunkSource chunks = sources.all();
    live = new LiveTree(rows, base.staging, base.clock, settings.rootOwner);
    content = new ContentReader(base.staging, chunks);
    chunker = DriveFormat.chunker(rows);
    marks = new DamageMarks(live, new Damage(rows, base.staging, content), base.events);
    cutting = new Ingest.Cutting(chunker, GearTable.keyed(keys.gear()));
    ingest = new Ingest(live, content, marks, packs, cutting);
    TreeMaker maker = new TreeMaker(live, content, ingest, chunks, packs, new SystemNames());
    past = new PackedTree.Access(chunks, base.readAhead, PAGE_CACHE, TREE_RECORDS);
    snapshots = new Snapshots(live, maker, past, base.clock);
    healer =
        new PackHealer(
            new PackHealer.Parts(
                rows,
                base.store,
                keys,
                settings.policy,
                fetcher,
                damage,
                new PackLoss(live, packs, chunks, marks, maker, shipper),
                shipper,
                base.clock));
    recovery =
        new Recovery(
            new Recovery.Parts(
                live, packs, base.store, shipper, healer, sources, settings.policy, base.owner),
            coming);
    ingestDuty = new IngestDuty(ingest, base.clock);
    sweeper = new StagingSweeper(live, maker, snapshots);
    cache = localCache(encoder);
    HeadRoots heads = new HeadRoots(rows);
    RunBook runs = new RunBook(rows, base.store, healer::sound, keys, packs, chunks);
    moving = moving(encoder, runs);
    reclaim =
        new Reclaim(
            new Reclaim.Parts(
                new ReclaimMarks.Roots(live, snapshots, heads, runs),
                maker,
                packs,
                chunks,
                new ReclaimSweep(live, base.store, packs.holds(), shipper),
                base.clock,
                base.events));
    publisher =
        new Publisher(
            new Publisher.Parts(
                live,
                ingest,
                maker,
                snapshots,
                packs,
                heads,
                shipper,
                runs,
                settings.policy,
                generation,
                new SealedHeads(base, partners, settings.policy, chunker),
                partners.heads));
    liveFiles = new LiveFileSystem(live, content, this::space, cache.gate());
    drive =
        new Drive(
            liveFiles,
            new Drive.SnapshotFolder(
                settings.snapshotFolder,
                settings.snapshotsVisible,
                SnapshotsFileSystem.ofDrive(snapshots.trees(), settings.rootOwner),
                snapshots),
            recovery.shown(new PackedTree.Access(chunks, base.readAhead, PAGE_CACHE, TREE_RECORDS)),
            new FileSafety(rows, settings.policy, partners.shards::holders, partners.cover));
  }

  private Moving moving(PackEncoder encoder, RunBook runs) {
    var parts =
        new Mover.Parts(
            base.rows,
            base.store,
            healer,
            encoder,
            partners.shards,
            partners.candidates,
            settings.policy,
            shipper,
            base.clock,
            settings.shipping.putDeadline());
    Resealer.Space room = () -> isTight() ? new FileSystem.Space(0, 0, 0, 0) : space();
    return new Moving(parts, new Resealer(parts, base.keys, room, packs, runs));
  }

  private LocalCache localCache(PackEncoder sealers) {
    CacheRoom room = new CacheRoom(settings.cache, base.store, base.staging, live.use);
    EvictionProof proof =
        new EvictionProof(
            new EvictionProof.Parts(
                base.rows,
                shipper,
                partners.shards,
                sealers,
                partners.candidates,
                settings.policy,
                partners.cover,
                base.clock,
                base.random,
                base.events));
    Eviction eviction =
        new Eviction(
            new Eviction.Parts(
                base.rows,
                base.store,
                shipper,
                proof,
                partners.candidates,
                settings.policy,
                base.clock));
    CacheGate gate = new CacheGate(room, () -> shipper.progress().bytesShipped());
    return new LocalCache(room, gate, eviction);
  }

  /** The mounted filesystem. */
  public FileSystem fileSystem() {
    return drive;
  }

  /**
   * What brings files of this machine into the drive.
   *
   * @param kernel is told what changes other than through the mount
   */
  public Importer importer(KernelNames kernel, ImportOptions options, Importer.Watcher watcher) {
    return new Importer(
        new Importer.Parts(
            live,
            liveFiles.importTree(kernel),
            packs,
            cache.gate(),
            cutting,
            settings.rootOwner,
            settings.snapshotFolder),
        options,
        watcher);
  }

  /** The code for new packs, or empty if there are too few partners. */
  public Optional<CodeParameters> code() {
    return settings.policy.codeFor(partners.candidates.get());
  }

  /** Everything written so far survives a crash when this returns. */
  public void sync() throws IOException {
    base.rows.sync();
  }

  /** Chunks files that are quiet; returns how much it did. For one thread. */
  public int ingestTick() throws IOException, KithException {
    boolean haste = cache.isTight();
    int sealed = haste ? packs.sealIdle(IDLE_IN_HASTE) : packs.tick(); // first, whatever follows
    return (recovery.isTreeHere() ? ingestDuty.tick(haste) : 0) + sealed;
  }

  /** Packs the tree of a waiting snapshot; returns how much it did. */
  public int snapshotTick() throws IOException, KithException {
    return snapshots.tick();
  }

  /** Ships what can be shipped; returns how much it did. */
  public int shipTick() throws IOException {
    if (!recovery.isTreeHere()) {
      return 0;
    }
    moving.recode();
    return shipper.tick();
  }

  /** What brings the drive back from its partners. */
  public Recovery recovery() {
    return recovery;
  }

  /** What moves to where it should be. */
  public Moving moving() {
    return moving;
  }

  /** Heals damaged packs from the partners; returns how much it did. For one thread. */
  public int healTick() throws IOException, KithException {
    return recovery.isUnderWay() ? 0 : marks.tick() + healer.tick();
  }

  /** Deletes staging that nobody needs; returns how much it did. */
  public int sweepTick() throws IOException {
    return cache.made(sweeper.tick(cache.isTight()));
  }

  /** Evicts packs that partners have, if there should be more room; returns how many went. */
  public int evictTick() throws IOException {
    return recovery.isUnderWay() ? 0 : cache.evictTick();
  }

  /** Whether writers wait for room, or will soon. */
  public boolean isTight() throws IOException {
    return cache.isTight();
  }

  /** How full the local cache is. */
  public CacheUse cacheUse() throws IOException {
    return cache.use();
  }

  /** Gives back the space of packs that nothing refers to; returns how many went. */
  public int reclaimTick() throws IOException {
    return recovery.isUnderWay() ? 0 : cache.made(reclaim.tick(cache.isTight()));
  }

  /** How many partners must take a head before it counts as published. */
  public int headQuorum() {
    return settings.policy.safeShards(code().orElse(CodeParameters.of(1, 0)));
  }

  /** Of the newest head that this node made, published or not; 0 before the first. */
  public long headGeneration() {
    return generation.current();
  }

  /** Puts the last published head once more, by the keys of now; returns how many took it. */
  public int publishAgain(Head last) throws IOException, KithException {
    return last.epoch() == base.epoch ? publisher.again(last) : 0;
  }

  /** Whether something has changed that no published head has. */
  public boolean behind() throws IOException {
    return !recovery.isTreeHere() || publisher.behind() || moving.isBehind();
  }

  /** Counts what is changed in the live tree, to see whether it is quiet. */
  public long changes() {
    return live.ancestry.announced();
  }

  /** Hears how far a publication is, and may end it. */
  public interface Watcher extends Publisher.Watcher {}

  /**
   * Brings everything that was written before the call to the partners, and publishes a head that
   * names it.
   *
   * @return false if the watcher gave up before
   * @throws kith.codec.PartnerUnavailableException if too few partners took the head
   */
  public boolean publish(Watcher watcher) throws IOException, KithException, InterruptedException {
    if (!recovery.await(watcher)) {
      return false;
    }
    moving.recode();
    return publisher.publish(watcher).isPresent();
  }

  /** Takes a snapshot, durable when this returns. */
  public void takeSnapshot(FileName name) throws IOException {
    snapshots.take(name);
  }

  /** Drops a snapshot; DriveException NOT_FOUND if there is none of that name, BUSY if held. */
  public void dropSnapshot(FileName name) throws IOException {
    snapshots.drop(name);
  }

  /** Keeps a snapshot from being dropped, or lets it go again; NOT_FOUND. */
  public void holdSnapshot(FileName name, boolean held) throws IOException {
    snapshots.hold(name, held);
  }

  /** All snapshots, and their trees. */
  public SnapshotTrees snapshots() {
    return snapshots.trees();
  }

  /** What no head has that partners have. Nothing may be changed meanwhile. */
  public UnsentTree unsent() throws IOException {
    return UnsentTree.open(base.rows, content, past);
  }

  /** Bytes of the drive's content that partners must have room for, as of a moment ago. */
  public long needed() throws IOException {
    return DriveSpace.needed(totals.get(), live.use.total());
  }

  /** Whether too few partners have room for the shards of an average pack that waits. */
  public boolean partnersFull() {
    return DriveSpace.isFull(shipper.progress(), partners.candidates.get(), code());
  }

  /** Hears of shards that holders no longer have. */
  public WrongShards wrongShards() {
    return shipper;
  }

  /** How far shipping is. */
  public ShipperProgress shipping() {
    return shipper.progress();
  }

  /** What restores files from the partners alone, to see that it works. */
  public Drills drills(Drills.Heads heads) {
    return new Drills(base, partners.shards, shipper, heads);
  }

  /** What such drills have shown so far. */
  public Optional<DrillTotals> drilled() throws IOException {
    return DrillTotals.last(base.rows);
  }

  /** Counts how safe everything is. */
  public DriveSafety safety() throws IOException {
    return safety(SafetyWalk.MOST);
  }

  /** The same, looking at so many files of the live tree; 0 for who doesn't ask for them. */
  public DriveSafety safety(int most) throws IOException {
    Optional<Published> last = Published.last(base.rows);
    return new DriveSafety(
        SafetyWalk.count(base.rows, most),
        SafetyTotals.of(base.rows, settings.policy, partners.shards.holders()),
        live.use.total(),
        last.map(Published::lastSnapshot).orElse(0L),
        Recoder.isBehind(base.rows));
  }

  /** What the partners have room for, in bytes of the drive's content, as of a moment ago. */
  private FileSystem.Space space() throws IOException {
    return DriveSpace.of(totals.get(), live.use.total(), partners.candidates.get(), code());
  }

  @Override
  public void close() throws IOException {
    cache.close();
    packs.close();
    fetcher.close();
    snapshots.close();
    codecs.close();
  }
}
