package kith.fs;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import kith.codec.CodeParameters;
import kith.codec.DriveKeys;
import kith.codec.OwnerId;
import kith.codec.RootSecret;
import kith.index.Disk;
import kith.index.Home;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Staging;

/** A real drive in a folder, with partners in memory, whose duties a test runs by hand. */
final class DriveFixture implements AutoCloseable {
  static final Caller ME = new Caller(1000, 1000);
  static final OwnerId OWNER = PackTestPartners.owner(99);

  final PackTestPartners partners;
  final List<byte[]> heads;
  final DriveKeys keys;
  private static final CodeParameters CODE = CodeParameters.of(2, 1);

  final List<String> events = new ArrayList<>();
  final DriveEngine engine;
  final FileSystem fs;
  final Rows rows;
  final Staging staging;
  final PackStore packs;
  private final Disks disks;
  private final InstantSource clock;
  private final CacheSettings cache;
  private final CodeParameters code;
  private final Disks.Opened disk;
  private final ExecutorService cpu = Executors.newFixedThreadPool(2);

  /** Where a drive keeps what it has; can be opened again after it was closed, or crashed. */
  interface Disks {
    /** What is closed when the drive is closed in order. */
    record Opened(Rows rows, Staging staging, PackStore packs, Closeable home) {}

    Opened open() throws IOException;
  }

  /** A home in a folder. */
  private static Disks home(Path folder) {
    return () -> {
      Home home = Home.open(folder);
      Staging staging = new Staging(home.staging());
      Rows rows = Rows.open(home, staging);
      return new Disks.Opened(rows, staging, new PackStore(home.packs()), home::close);
    };
  }

  /** When audits covered holders. */
  final Map<OwnerId, Instant> covered = new ConcurrentHashMap<>();

  DriveFixture(Path folder, PackTestPartners partners) throws IOException {
    this(home(folder), partners, InstantSource.system());
  }

  DriveFixture(Path folder, PackTestPartners partners, InstantSource clock) throws IOException {
    this(home(folder), partners, clock);
  }

  DriveFixture(Disks disks, PackTestPartners partners, InstantSource clock) throws IOException {
    this(disks, partners, clock, new TestSpace().cache());
  }

  DriveFixture(Path folder, PackTestPartners partners, InstantSource clock, CacheSettings cache)
      throws IOException {
    this(home(folder), partners, clock, cache);
  }

  DriveFixture(Disks disks, PackTestPartners partners, InstantSource clock, CacheSettings cache)
      throws IOException {
    this(
        disks,
        partners,
        DriveKeys.derive(RootSecret.generate(new SecureRandom())),
        new ArrayList<>(),
        new Here(clock, cache, CODE));
  }

  /** A drive with a code of its own. */
  DriveFixture(Path folder, PackTestPartners partners, InstantSource clock, CodeParameters code)
      throws IOException {
    this(
        home(folder),
        partners,
        DriveKeys.derive(RootSecret.generate(new SecureRandom())),
        new ArrayList<>(),
        new Here(clock, new TestSpace().cache(), code));
  }

  /** What this machine has. */
  private record Here(InstantSource clock, CacheSettings cache, CodeParameters code) {}

  /** A drive that another process may have left, with keys that are always the same. */
  static DriveFixture at(Path folder, Disk disk, PackTestPartners partners) throws IOException {
    byte[] secret = new byte[RootSecret.SIZE];
    secret[0] = 9;
    Disks disks =
        () -> {
          Home home = Home.open(folder);
          Staging staging = new Staging(disk, home.staging());
          Rows rows = Rows.open(home, staging);
          return new Disks.Opened(rows, staging, new PackStore(disk, home.packs()), home::close);
        };
    try (RootSecret root = RootSecret.of(secret)) {
      DriveKeys keys = DriveKeys.derive(root);
      return new DriveFixture(
          disks,
          partners,
          keys,
          new ArrayList<>(),
          new Here(InstantSource.system(), new TestSpace().cache(), CODE));
    }
  }

  private DriveFixture(
      Disks disks, PackTestPartners partners, DriveKeys keys, List<byte[]> heads, Here here)
      throws IOException {
    this.disks = disks;
    this.partners = partners;
    this.keys = keys;
    this.heads = heads;
    this.clock = here.clock();
    this.cache = here.cache();
    this.code = here.code();
    disk = disks.open();
    rows = disk.rows();
    staging = disk.staging();
    packs = disk.packs();
    engine =
        new DriveEngine(
            new DriveEngine.Foundation(
                rows,
                staging,
                packs,
                keys,
                OWNER,
                1,
                cpu,
                cpu,
                clock,
                new SecureRandom(),
                (kind, message) -> events.add(kind + ": " + message),
                Pace.NONE),
            new DriveEngine.Partners(
                partners,
                this::putHead,
                partners::candidates,
                () -> List.of(),
                holder -> Optional.ofNullable(covered.get(holder))),
            settings());
    fs = engine.fileSystem();
  }

  private DriveEngine.Settings settings() throws IOException {
    return new DriveEngine.Settings(
        new PlacementPolicy(Optional.of(code), OptionalInt.empty()),
        FileName.of(".snapshots"),
        false,
        ME,
        8 << 20,
        cache,
        ShipperSettings.DEFAULT,
        FetcherSettings.DEFAULT);
  }

  private Set<OwnerId> putHead(long generation, byte[] sealed, Duration deadline) {
    heads.add(sealed);
    Set<OwnerId> all = new HashSet<>();
    partners.candidates().forEach(candidate -> all.add(candidate.owner()));
    return all;
  }

  /** Closes this one in order, and opens the same drive again. */
  DriveFixture reopen() throws IOException {
    close();
    return new DriveFixture(disks, partners, keys, heads, new Here(clock, cache, code));
  }

  /** Something that is done to the files of a drive that is closed. */
  interface Between {
    void run() throws IOException;
  }

  /** Closes this one in order, does something to its files, and opens it again. */
  DriveFixture reopen(Between between) throws IOException {
    close();
    between.run();
    return new DriveFixture(disks, partners, keys, heads, new Here(clock, cache, code));
  }

  /** Opens what a crash has left of the drive; this one is thrown away. */
  DriveFixture afterCrash() throws IOException {
    engine.close();
    cpu.shutdownNow();
    return new DriveFixture(disks, partners, keys, heads, new Here(clock, cache, code));
  }

  /** Writes a whole file, making it if it isn't there. */
  long write(long directory, String name, byte[] content) throws IOException {
    FileSystem.Opened file;
    try {
      file = fs.open(fs.lookup(directory, FileName.of(name)).inode(), true);
      fs.change(ME, file.attributes().inode(), AttributeChange.size(0));
    } catch (DriveException e) {
      file = fs.create(ME, directory, FileName.of(name), 0644);
    }
    fs.write(file.handle(), 0, ByteBuffer.wrap(content));
    fs.release(file.handle());
    return file.attributes().inode();
  }

  /** Writes into a file at an offset. */
  void write(long inode, long offset, byte[] content) throws IOException {
    FileSystem.Opened file = fs.open(inode, true);
    fs.write(file.handle(), offset, ByteBuffer.wrap(content));
    fs.release(file.handle());
  }

  static byte[] read(FileSystem fs, long inode) throws IOException {
    FileSystem.Opened file = fs.open(inode, false);
    ByteBuffer content = ByteBuffer.allocate((int) file.attributes().size());
    while (content.hasRemaining()) {
      ByteBuffer part = content.slice(content.position(), Math.min(content.remaining(), 100_000));
      int count = fs.read(file.handle(), content.position(), part);
      if (count == 0) {
        break;
      }
      content.position(content.position() + count);
    }
    fs.release(file.handle());
    return content.array();
  }

  /** All files below a directory: path, and the content or a description. */
  static Map<String, String> listing(FileSystem fs, long directory) throws IOException {
    return listing(fs, directory, true);
  }

  /**
   * As above.
   *
   * @param blocks whether to tell how many are allocated
   */
  static Map<String, String> listing(FileSystem fs, long directory, boolean blocks)
      throws IOException {
    Map<String, String> found = new TreeMap<>();
    listing(fs, directory, blocks, "", found);
    return found;
  }

  private static void listing(
      FileSystem fs, long directory, boolean blocks, String prefix, Map<String, String> found)
      throws IOException {
    Map<String, Long> entries = new TreeMap<>();
    fs.readDirectory(
        directory,
        0,
        (name, inode, kind, cookie) -> {
          entries.put(name.toString(), inode);
          return true;
        });
    for (Map.Entry<String, Long> entry : entries.entrySet()) {
      Attributes a = fs.attributes(entry.getValue());
      String path = prefix + "/" + entry.getKey();
      found.put(path, described(fs, a, blocks) + xattrs(fs, a.inode()));
      if (a.kind() == FileKind.DIRECTORY) {
        listing(fs, a.inode(), blocks, path, found);
      }
    }
  }

  private static String described(FileSystem fs, Attributes a, boolean blocks) throws IOException {
    String content =
        switch (a.kind()) {
          case REGULAR ->
              " %d %s %d"
                  .formatted(
                      a.size(), blocks ? a.blocks() : "", Arrays.hashCode(read(fs, a.inode())));
          case SYMLINK -> " -> " + new String(fs.readSymlink(a.inode()), StandardCharsets.UTF_8);
          case DIRECTORY -> "";
          default -> " " + a.device();
        };
    return "%s %o %d %d %s".formatted(a.kind(), a.mode(), a.uid(), a.nlink(), a.mtime()) + content;
  }

  private static String xattrs(FileSystem fs, long inode) throws IOException {
    List<byte[]> names = new ArrayList<>(fs.xattrNames(inode));
    names.sort(Arrays::compareUnsigned);
    var text = new StringBuilder();
    for (byte[] name : names) {
      text.append(' ').append(new String(name, StandardCharsets.UTF_8)).append('=');
      text.append(Arrays.toString(fs.xattr(inode, name).orElseThrow()));
    }
    return text.toString();
  }

  /** Publishes everything; fails the test if that does not end. */
  void publish() throws Exception {
    int[] rounds = {0};
    boolean done =
        engine.publish(
            new DriveEngine.Watcher() {
              @Override
              public void phase(String name) {}

              @Override
              public boolean goOn() {
                return ++rounds[0] < 200;
              }
            });
    if (!done) {
      throw new AssertionError("nothing was published: " + events);
    }
  }

  /** Runs the duties until none has anything to do, but for publishing. */
  void runDuties() throws Exception {
    int done;
    do {
      done = engine.ingestTick() + engine.snapshotTick() + engine.healTick() + engine.sweepTick();
    } while (done > 0);
  }

  /** The drive from the partners alone. */
  RestoreSession restore() throws Exception {
    ChunkCodecs codecs = new ChunkCodecs(keys, new SecureRandom());
    var encoder = new kith.codec.PackEncoder(keys, OWNER, new SecureRandom());
    Fetcher fetcher =
        new Fetcher(
            new Fetcher.Parts(
                partners, encoder, InstantSource.system(), (kind, message) -> events.add(message)),
            FetcherSettings.DEFAULT);
    return RestoreSession.open(
        keys,
        OWNER,
        () -> heads,
        new RestoreSession.Reading(
            placements ->
                new ChunkStore(
                    new ChunkStore.Parts(
                        codecs,
                        Optional.empty(),
                        placements,
                        fetcher,
                        (kind, message) -> events.add(message)),
                    8 << 20),
            cpu,
            cpu,
            4 << 20,
            1000));
  }

  @Override
  public void close() throws IOException {
    engine.close();
    rows.close();
    staging.close();
    disk.home().close();
    cpu.shutdownNow();
  }
}
