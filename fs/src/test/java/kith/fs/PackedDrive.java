package kith.fs;

import static kith.fs.TreeBuilderSource.name;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import kith.chunker.ChunkerParameters;
import kith.codec.ChunkId;
import kith.codec.ChunkKey;
import kith.codec.CodeParameters;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;

/**
 * A drive of any size with partners in memory: its tree and its index are packed, sealed and spread
 * as always, though nobody ever wrote so many files. For one thread.
 */
final class PackedDrive implements AutoCloseable {
  private static final CodeParameters CODE = CodeParameters.of(2, 1);
  private static final int PARTNERS = 4;
  private static final int PER_FOLDER = 1000;
  private static final int PER_LEVEL = 10;
  private static final int CHUNKS_PER_PACK = 128;

  final PackTestPartners partners = new PackTestPartners(PARTNERS);
  private final PackTestNode node;
  private final Fetcher fetcher;
  private final ChunkSource chunks;
  private final TreeBuilderSource tree;
  private final List<IndexRun> runs = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(1);
  private final List<String> deepest = new ArrayList<>();
  private Optional<ChunkRef> snapshots = Optional.empty();
  private long number;

  /** A view of it that has nothing yet but the head. */
  final class View implements AutoCloseable {
    final CountedTrips trips = new CountedTrips(partners);
    private final Fetcher reading;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final FileSystem files;

    private View(Head head, FetcherSettings settings, OwnerId... silent)
        throws IOException, KithException {
      reading =
          new Fetcher(
              new Fetcher.Parts(trips, node.encoder, node.clock, (kind, message) -> {}), settings);
      List.of(silent).forEach(reading::doubt);
      trips.begin();
      byte[] sealed = HeadCodec.seal(HeadCodecTest.keys(1), head, HeadCodecTest.BOX);
      files =
          RestoreSession.open(
                  HeadCodecTest.keys(1),
                  head.owner(),
                  () -> List.of(sealed),
                  new RestoreSession.Reading(
                      placements ->
                          new ChunkStore(
                              new ChunkStore.Parts(
                                  node.codecs,
                                  Optional.empty(),
                                  placements,
                                  reading,
                                  (kind, message) -> {}),
                              96L << 20),
                      Runnable::run,
                      trips.counting(threads),
                      32L << 20,
                      20_000))
              .fileSystem(new Caller(0, 0));
    }

    FileSystem files() {
      return files;
    }

    @Override
    public void close() {
      threads.shutdownNow();
      reading.close();
    }
  }

  PackedDrive(Path folder) throws IOException {
    Files.createDirectories(folder);
    node = new PackTestNode(folder, new kith.index.MemoryStorage(), partners);
    fetcher = node.fetcher(FetcherSettings.DEFAULT);
    chunks = node.chunks(fetcher, 32L << 20);
    tree = new TreeBuilderSource(node.writer);
  }

  /** So many files, a thousand in a folder, the folders ten in each, whatever their number. */
  void files(int count) {
    TreeBuilderSource.Node folder = tree.root;
    List<TreeBuilderSource.Node> folders = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i % PER_FOLDER == 0) {
        int at = folders.size();
        TreeBuilderSource.Node parent = at == 0 ? tree.root : folders.get((at - 1) / PER_LEVEL);
        folder = tree.add(parent, "folder-" + at, FileKind.DIRECTORY);
        folders.add(folder);
      }
      file(folder, "file-" + i);
    }
    for (int at = folders.size() - 1; at >= 0; at = at == 0 ? -1 : (at - 1) / PER_LEVEL) {
      deepest.add(0, "folder-" + at);
    }
    deepest.add("file-" + (count - 1));
  }

  /** The names that lead to the deepest file. */
  List<String> deepest() {
    return deepest;
  }

  /** A folder with so many entries. */
  void folder(String called, int entries) {
    TreeBuilderSource.Node folder = tree.add(tree.root, called, FileKind.DIRECTORY);
    IntStream.range(0, entries).forEach(i -> file(folder, "e" + i));
  }

  private void file(TreeBuilderSource.Node folder, String called) {
    TreeBuilderSource.Node file = tree.add(folder, called, FileKind.REGULAR);
    file.mtime = new Timestamp(random.nextLong(1L << 31), random.nextInt(1_000_000_000));
    file.size = 1L + random.nextInt(4096);
  }

  /** Every file is of one chunk, which no partner has. */
  private void content(long inode, FileContent.PieceVisitor visitor)
      throws IOException, KithException {
    int length = (int) tree.attributes(inode).size();
    var key = new ChunkKey(bytes(ChunkKey.SIZE));
    var pack = new PackId(bytes(PackId.SIZE));
    visitor.piece(0, new ChunkRef(key, length, pack, random.nextInt(1 << 24), length));
  }

  /** Packs the tree as a snapshot, enters its packs in the index, and spreads all that. */
  void snapshot(String called) throws Exception {
    TreeBuilder.Built built =
        TreeBuilder.build(
            new TreeBuilder.Input(tree, this::content, Names.NONE), chunks, node.writer, tree);
    SnapshotEntry entry =
        new SnapshotEntry(
            1,
            name(called),
            Instant.EPOCH,
            Optional.of(built.root()),
            built.files(),
            built.bytes(),
            false);
    snapshots = Optional.of(SnapshotList.write(node.writer, List.of(entry)));
    node.writer.flushAll();
    spread();
    IndexRunWriter run = new IndexRunWriter(node.writer, ++number);
    PlacementRows rows = new PlacementRows(node.rows);
    List<PackId> packs = new ArrayList<>();
    PackRows.visit(node.rows, (id, row) -> packs.add(id));
    for (PackId pack : packs) {
      run.pack(rows.placement(pack).orElseThrow());
    }
    add(run);
  }

  /** Besides, runs as they become when so many chunks are entered after the snapshot. */
  void index(int count) throws Exception {
    for (int left = count; left > 0; left -= RunBook.CHUNKS_PER_RUN) {
      add(Math.min(left, RunBook.CHUNKS_PER_RUN));
    }
    node.writer.flushAll();
    spread();
  }

  private void add(int count) throws Exception {
    IndexRunWriter run = new IndexRunWriter(node.writer, ++number);
    List<PackId> packs = new ArrayList<>();
    for (int i = 0; i <= count / CHUNKS_PER_PACK; i++) {
      packs.add(new PackId(bytes(PackId.SIZE)));
    }
    TreeSet<ChunkId> ids = new TreeSet<>();
    for (int i = 0; i < count; i++) {
      ids.add(new ChunkId(bytes(ChunkId.SIZE)));
    }
    for (ChunkId id : ids) {
      PackId pack = packs.get(random.nextInt(packs.size()));
      run.chunk(id, new ChunkPlace(pack, random.nextInt(1 << 24), 1 << 17, 1 << 17));
    }
    packs.sort(null);
    for (PackId pack : packs) {
      List<Optional<OwnerId>> holders =
          IntStream.range(0, CODE.n())
              .mapToObj(i -> Optional.of(PackTestPartners.owner(random.nextInt(PARTNERS))))
              .toList();
      run.pack(new PackPlacement(pack, PackKind.DATA, 1 << 24, CODE, holders));
    }
    add(run);
  }

  private void add(IndexRunWriter run) throws IOException, KithException {
    runs.add(run.finish());
    for (List<IndexRun> due = IndexRunMerge.due(runs);
        !due.isEmpty();
        due = IndexRunMerge.due(runs)) {
      IndexRun merged = IndexRunMerge.merge(chunks, node.writer, runs, due, ++number);
      runs.removeAll(due);
      runs.add(merged);
    }
  }

  /** The levels of the index's runs. */
  List<Integer> runs() {
    return runs.stream().map(IndexRun::level).sorted().toList();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private void spread() throws IOException {
    Shipper shipper = node.shipper(PackTestNode.fixed(CODE.m(), CODE.k()), ShipperSettings.DEFAULT);
    shipper.rescan();
    while (shipper.tick() > 0) {
      // all that there is
    }
  }

  /** Looks at it from nothing but its head, with the knowledge that some don't answer. */
  View view(FetcherSettings settings, OwnerId... silent) throws IOException, KithException {
    return new View(head(), settings, silent);
  }

  /** Bytes of all packs. */
  long bytes() throws IOException {
    return node.packs().stream().mapToLong(PackRow::length).sum();
  }

  private Head head() throws IOException {
    PlacementRows rows = new PlacementRows(node.rows);
    TreeSet<PackId> packs = new TreeSet<>();
    runs.forEach(run -> packs.addAll(run.packs()));
    List<PackPlacement> placements = new ArrayList<>();
    for (PackId pack : packs) {
      placements.add(rows.placement(pack).orElseThrow());
    }
    return new Head(
        HeadCodecTest.OWNER,
        1,
        1,
        Instant.EPOCH,
        new Head.Parameters(CODE, 1, ChunkerParameters.DEFAULT),
        List.of(),
        runs,
        placements,
        snapshots,
        Optional.empty());
  }

  @Override
  public void close() {
    fetcher.close();
    node.close();
  }
}
