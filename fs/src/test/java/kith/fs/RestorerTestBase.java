package kith.fs;

import static kith.fs.TreeBuilderSource.name;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import kith.codec.KithException;
import kith.codec.OwnerId;
import kith.codec.PackKind;
import kith.fs.fuse.DestinationDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A tree with one of everything, and what came of restoring it. */
abstract class RestorerTestBase {
  static final OwnerId DRIVE = HeadCodecTest.OWNER;
  static final RestoreOwners NOBODY = owners(OptionalInt.empty());

  @TempDir Path folder;
  Path into;
  final PageMemoryChunks chunks = new PageMemoryChunks();
  final TreeBuilderSource source = new TreeBuilderSource(chunks);
  final List<ChunkRef> fetched = new ArrayList<>();

  @BeforeEach
  void makeDestination() throws IOException {
    into = Files.createDirectory(folder.resolve("into"));
  }

  static RestoreOwners owners(OptionalInt number) {
    return new RestoreOwners() {
      @Override
      public OptionalInt user(String name) {
        return number;
      }

      @Override
      public OptionalInt group(String name) {
        return number;
      }
    };
  }

  /** Counts what is fetched of files. */
  /** Opens nothing ahead, so that what is fetched is what was asked for. */
  Executor ahead =
      task -> {
        throw new RejectedExecutionException();
      };

  final class Counting implements ChunkSource {
    @Override
    public byte[] chunk(ChunkRef ref) throws KithException {
      byte[] bytes = chunks.chunk(ref);
      if (isData(ref)) {
        synchronized (fetched) {
          fetched.add(ref);
        }
      }
      return bytes;
    }

    @Override
    public boolean isContent(ChunkRef ref, byte[] bytes) {
      return chunks.isContent(ref, bytes);
    }
  }

  static boolean isData(ChunkRef ref) {
    return ref.pack().toBytes()[3] == PackKind.DATA.tag();
  }

  static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  /** What has the random bytes of a seed. */
  ChunkRef chunk(long seed, int length) throws IOException {
    return chunks.put(PackKind.DATA, random(seed, length), 0, length);
  }

  TreeBuilderSource.Node file(TreeBuilderSource.Node parent, String name) {
    return source.add(parent, name, FileKind.REGULAR);
  }

  /** One of everything. */
  void fill() {
    var sub = source.add(source.root, "sub", FileKind.DIRECTORY);
    sub.mode = 02751;
    var deep = source.add(sub, "deep", FileKind.DIRECTORY);
    for (int i = 0; i < 30; i++) {
      source.write(file(deep, "f" + i), 0, random(i, 100 + i * 50));
    }
    var large = file(source.root, "large");
    large.mode = 0604;
    large.xattrs.add(
        new Xattr("user.colour".getBytes(StandardCharsets.UTF_8), new byte[] {1, 0, 2}));
    for (int i = 0; i < 20; i++) {
      source.write(large, large.size, random(100 + i, 50_000));
    }
    var sparse = file(sub, "sparse");
    source.write(sparse, 3 << 20, random(200, 70_000));
    source.write(sparse, 9 << 20, random(201, 70_000));
    sparse.size = 20 << 20;
    file(sub, "empty");
    var link = source.add(sub, "link", FileKind.SYMLINK);
    link.target = "../nowhere".getBytes(StandardCharsets.UTF_8);
    link.mode = 0777;
    link.mtime = new Timestamp(-14_182_940, 123_456_789);
    source.add(sub, "fifo", FileKind.FIFO);
    source.link(deep, "again", large);
    source.link(sub, "and-again", large);
  }

  PackedTree pack() throws Exception {
    ChunkRef root = TreeBuilder.build(source.input(), chunks, chunks, TreeMemo.NONE).root();
    return PackedTree.open(new PackedTree.Access(new Counting(), ahead, 1 << 20, 1000), root);
  }

  Restorer restorer(ReadTree tree, int threads, Restorer.Watcher watcher) {
    var what = new Restorer.Source(tree, DRIVE, 7, "", FileSystem.ROOT);
    return new Restorer(what, NOBODY, false, threads, watcher);
  }

  DestinationFolder destination() throws IOException {
    return new DestinationDisk().folder(into.toString().getBytes(StandardCharsets.UTF_8));
  }

  RestoreReport restore(ReadTree tree) throws IOException {
    return restorer(tree, 4, report -> true).folder(destination());
  }

  /** All that can be told of what is below a folder. */
  Map<String, String> found() throws IOException {
    var found = new TreeMap<String, String>();
    try (var files = Files.walk(into)) {
      for (Path path : files.toList()) {
        found.put(into.relativize(path).toString(), describe(path));
      }
    }
    return found;
  }

  static String describe(Path path) throws IOException {
    var all = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    boolean regular = Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS);
    FileTime changed = (FileTime) all.get("lastModifiedTime");
    Instant mtime = changed.toInstant();
    String xattrs = "";
    if (regular) {
      var view = Files.getFileAttributeView(path, UserDefinedFileAttributeView.class);
      xattrs = view.list().toString();
    }
    return "%o %d:%d %s %s %s"
        .formatted(
            (int) all.get("mode"),
            (int) all.get("uid"),
            (int) all.get("gid"),
            mtime,
            regular ? all.get("nlink") + " " + sum(path) : "",
            xattrs);
  }

  static String sum(Path path) throws IOException {
    byte[] bytes = Files.readAllBytes(path);
    return bytes.length + " " + java.util.Arrays.hashCode(bytes);
  }

  /** What the source would look like. */
  Map<String, String> wanted() throws Exception {
    var wanted = new TreeMap<String, String>();
    describe(source.root, "", wanted);
    return wanted;
  }

  void describe(TreeBuilderSource.Node node, String path, Map<String, String> into)
      throws Exception {
    Attributes a = source.attributes(node.inode);
    String regular = "";
    if (node.kind == FileKind.REGULAR) {
      var bytes = java.nio.ByteBuffer.allocate((int) node.size);
      source.read(node.inode, 0, bytes);
      regular = a.nlink() + " " + node.size + " " + java.util.Arrays.hashCode(bytes.array());
    }
    List<String> xattrs = new ArrayList<>();
    node.xattrs.forEach(x -> xattrs.add(new String(x.name(), StandardCharsets.UTF_8).substring(5)));
    into.put(
        path,
        "%o %d:%d %s %s %s"
            .formatted(
                node.kind.modeBits() | node.mode,
                a.uid(),
                a.gid(),
                Instant.ofEpochSecond(node.mtime.seconds(), node.mtime.nanos()),
                regular,
                node.kind == FileKind.REGULAR ? xattrs.toString() : ""));
    for (var child : node.children.entrySet()) {
      String name = child.getKey().toString();
      describe(child.getValue(), path.isEmpty() ? name : path + "/" + name, into);
    }
  }

  long allocated(String path) throws IOException {
    Path file = into.resolve(path);
    try (var parent =
        new DestinationDisk()
            .folder(file.getParent().toString().getBytes(StandardCharsets.UTF_8))) {
      var stat = parent.stat(name(file.getFileName().toString())).orElseThrow();
      return stat.attributes().blocks() * 512;
    }
  }

  static long openFiles() throws IOException {
    try (var open = Files.list(Path.of("/proc/self/fd"))) {
      return open.filter(each -> isFolderOrFile(each)).count();
    }
  }

  /** The JVM opens and closes its own archives and sockets. */
  static boolean isFolderOrFile(Path number) {
    try {
      return Files.readSymbolicLink(number).toString().contains("/into");
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }

  /** Whatever has its name is whole. */
  void nothingIsHalf() throws Exception {
    Map<String, String> wanted = wanted();
    try (var files = Files.walk(into)) {
      for (Path path : files.filter(Files::isRegularFile).toList()) {
        String name = into.relativize(path).toString();
        if (!name.startsWith(".kith-restore")) {
          assertTrue(wanted.get(name).contains(" " + sum(path) + " "), name + " is not whole");
        }
      }
    }
  }
}
