package kith.fs;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import kith.codec.CodeParameters;
import kith.codec.DriveKeys;
import kith.codec.OwnerId;
import kith.codec.PackEncoder;
import kith.codec.PackId;
import kith.codec.RootSecret;
import kith.index.MemoryStorage;
import kith.index.PackStore;
import kith.index.Rows;

/** The packs of a node, with rows in memory, packs on a real disk, and partners of one's making. */
final class PackTestNode implements AutoCloseable {
  static final OwnerId OWNER = PackTestPartners.owner(99);

  final PackTestDisk disk = new PackTestDisk();
  final MemoryStorage storage;
  final Rows rows;
  final PackStore store;
  final ChunkCodecs codecs;
  final PackEncoder encoder;
  final List<PackId> sealed = new CopyOnWriteArrayList<>();
  final List<String> events = new CopyOnWriteArrayList<>();
  final Clock clock = new Clock();
  final PackTestPartners partners;
  PackWriter writer;
  private final DriveKeys keys;
  private final SecureRandom random = new SecureRandom();
  private final ExecutorService cpu = Executors.newFixedThreadPool(2);

  /** A clock that stands still unless told to go on. */
  static final class Clock implements InstantSource {
    private volatile Instant now = Instant.parse("2026-11-21T10:00:00Z");

    void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  PackTestNode(Path directory) throws IOException {
    this(directory, new MemoryStorage(), new PackTestPartners(0));
  }

  /** A node that finds what another one left, as after a crash. */
  PackTestNode(Path directory, MemoryStorage storage, PackTestPartners partners)
      throws IOException {
    this.storage = storage;
    this.partners = partners;
    byte[] secret = new byte[RootSecret.SIZE];
    secret[0] = 7;
    try (RootSecret root = RootSecret.of(secret)) {
      keys = DriveKeys.derive(root);
    }
    rows = storage.rows(() -> {});
    store = new PackStore(disk, directory);
    codecs = new ChunkCodecs(keys, random);
    encoder = new PackEncoder(keys, OWNER, random);
    writer = newWriter();
  }

  static RandomGenerator random(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  static byte[] bytes(RandomGenerator random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  int adopt() throws IOException {
    int adopted = new PackWriterAdoption(store, rows, keys, clock, this::event).run();
    writer.close();
    writer = newWriter();
    return adopted;
  }

  private PackWriter newWriter() throws IOException {
    return new PackWriter(
        new PackWriter.Parts(
            codecs, keys, store, rows, cpu, clock, random, () -> 5, sealed::add, Pace.NONE));
  }

  Shipper shipper(PlacementPolicy policy, ShipperSettings settings) {
    return new Shipper(
        new Shipper.Parts(
            rows,
            store,
            encoder,
            partners,
            partners::candidates,
            policy,
            clock,
            this::event,
            Pace.NONE),
        settings);
  }

  Fetcher fetcher(FetcherSettings settings) {
    return new Fetcher(new Fetcher.Parts(partners, encoder, clock, this::event), settings);
  }

  ChunkStore chunks(Fetcher fetcher, long cacheBytes) {
    var local = Optional.of(new ChunkStoreLocal(writer, store, rows, new PackDamage(this::event)));
    return new ChunkStore(
        new ChunkStore.Parts(codecs, local, new PlacementRows(rows), fetcher, this::event),
        cacheBytes);
  }

  byte[] treeKey() {
    return keys.tree();
  }

  static PlacementPolicy fixed(int m, int k) {
    return new PlacementPolicy(Optional.of(CodeParameters.of(m, k)), OptionalInt.empty());
  }

  private void event(String kind, String message) {
    events.add(kind + ": " + message);
  }

  /** The rows of all packs by age. */
  List<PackRow> packs() throws IOException {
    List<PackRow> found = new ArrayList<>();
    PackRows.visit(rows, (id, row) -> found.add(row));
    found.sort(java.util.Comparator.comparingLong(PackRow::sequence));
    return found;
  }

  @Override
  public void close() {
    writer.close();
    cpu.shutdownNow();
    codecs.close();
  }
}
