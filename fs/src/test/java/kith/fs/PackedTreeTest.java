package kith.fs;

import static kith.fs.TreeBuilderSource.name;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import kith.codec.CorruptDataException;
import org.junit.jupiter.api.Test;

class PackedTreeTest {
  private final PageMemoryChunks chunks = new PageMemoryChunks();
  private final TreeBuilderSource source = new TreeBuilderSource(chunks);

  private PackedTree build() throws Exception {
    return open(TreeBuilder.build(source.input(), chunks, chunks, TreeMemo.NONE).root(), 1000);
  }

  private PackedTree open(ChunkRef root, int maxRecords) throws Exception {
    return PackedTree.open(new PackedTree.Access(chunks, Runnable::run, 0, maxRecords), root);
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private TreeBuilderSource.Node file(String name, byte[]... pieces) {
    var file = source.add(source.root, name, FileKind.REGULAR);
    for (byte[] piece : pieces) {
      source.write(file, file.size, piece);
    }
    return file;
  }

  private static byte[] readAll(ReadTree tree, long inode, int buffer) throws Exception {
    PageOutput all = new PageOutput();
    int count = -1;
    while (count != 0) {
      ByteBuffer target = ByteBuffer.allocate(buffer);
      count = tree.read(inode, all.length(), target);
      assertEquals(count, target.position());
      all.raw(java.util.Arrays.copyOf(target.array(), count));
    }
    return all.toBytes();
  }

  @Test
  void everythingThatStatTellsComesBack() throws Exception {
    var directory = source.add(source.root, "dir", FileKind.DIRECTORY);
    directory.mode = 01777;
    directory.mtime = new Timestamp(-5, 999_999_999);
    file("plain", random(1, 100));
    source.add(directory, "fifo", FileKind.FIFO);
    source.add(directory, "socket", FileKind.SOCKET);
    source.add(directory, "null", FileKind.CHARACTER_DEVICE);
    var link = source.add(directory, "link", FileKind.SYMLINK);
    link.target = "../plain".getBytes(StandardCharsets.UTF_8);
    link.size = 8;
    var second = source.all().get(3L);
    source.link(directory, "hard", second);
    PackedTree tree = build();
    for (long inode : source.all().keySet()) {
      assertEquals(source.attributes(inode), tree.attributes(inode));
    }
    assertEquals("../plain", new String(tree.symlinkTarget(link.inode), StandardCharsets.UTF_8));
    assertEquals(second.inode, tree.lookup(directory.inode, name("hard")).orElseThrow());
    assertEquals(second.inode, tree.lookup(1, name("plain")).orElseThrow());
    assertTrue(tree.lookup(1, name("other")).isEmpty());
  }

  @Test
  void ownersKeepTheirNames() throws Exception {
    file("plain", random(1, 100));
    Names names =
        new Names() {
          @Override
          public Optional<String> user(int uid) {
            return Optional.of("user" + uid);
          }

          @Override
          public Optional<String> group(int gid) {
            return Optional.of("gruppe-\u00e4");
          }
        };
    var input = new TreeBuilder.Input(source, source, names);
    var built = TreeBuilder.build(input, chunks, chunks, TreeMemo.NONE);
    assertEquals("user10", open(built.root(), 10).record(2).user());
    assertEquals("gruppe-\u00e4", open(built.root(), 10).record(2).group());
  }

  @Test
  void contentComesBackWhateverTheBuffer() throws Exception {
    byte[][] pieces = new byte[100][];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = random(i, 1 + i * 37);
    }
    long few = file("few", pieces[99], pieces[5], pieces[0]).inode;
    long many = file("many", pieces).inode;
    long none = file("none").inode;
    PackedTree tree = build();
    for (int buffer : new int[] {1 << 20, 4096, 977}) {
      for (long inode : new long[] {few, many, none}) {
        byte[] expected = readAll(source, inode, 1 << 20);
        assertArrayEquals(expected, readAll(tree, inode, buffer));
      }
    }
  }

  @Test
  void holesAreZerosAndTakeNoBlocks() throws Exception {
    var sparse = source.add(source.root, "sparse", FileKind.REGULAR);
    source.write(sparse, 1_000_000, random(1, 5000));
    source.write(sparse, 3_000_000, random(2, 100));
    sparse.size = 5_000_000;
    var hole = source.add(source.root, "hole", FileKind.REGULAR);
    hole.size = 1L << 40;
    PackedTree tree = build();
    assertEquals(10, tree.attributes(sparse.inode).blocks());
    assertEquals(0, tree.attributes(hole.inode).blocks());
    assertArrayEquals(readAll(source, sparse.inode, 1 << 20), readAll(tree, sparse.inode, 300_001));
    ByteBuffer target = ByteBuffer.allocate(10);
    assertEquals(5, tree.read(hole.inode, (1L << 40) - 5, target));
    assertEquals(0, tree.read(hole.inode, 1L << 40, target));
    assertEquals(0, tree.read(hole.inode, Long.MAX_VALUE, target));
  }

  @Test
  void extendedAttributesComeBackShortAndLong() throws Exception {
    var file = file("file", random(1, 10));
    for (int i = 0; i < 12; i++) {
      byte[] name = ("user.attribute-" + (char) ('a' + i)).getBytes(StandardCharsets.UTF_8);
      file.xattrs.add(new Xattr(name, random(i, i == 11 ? 65_536 : 20_000)));
    }
    var other = file("other");
    other.xattrs.add(new Xattr("user.a".getBytes(StandardCharsets.UTF_8), new byte[0]));
    PackedTree tree = build();
    for (var node : List.of(file, other)) {
      List<Xattr> found = tree.xattrs(node.inode);
      assertEquals(node.xattrs.size(), found.size());
      for (int i = 0; i < found.size(); i++) {
        assertArrayEquals(node.xattrs.get(i).name(), found.get(i).name());
        assertArrayEquals(node.xattrs.get(i).value(), found.get(i).value());
      }
    }
    assertTrue(tree.xattrs(1).isEmpty());
  }

  @Test
  void listsInOrderFromAnyName() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    for (int i = 0; i < 2_000; i++) {
      file("file-" + random.nextInt(1_000_000) + "-" + i);
    }
    PackedTree tree = build();
    for (FileName after : new FileName[] {null, name("file-5"), name("zzz")}) {
      List<String> expected = new ArrayList<>();
      source.list(1, after, (name, inode, kind) -> expected.add(name + " " + inode + kind));
      List<String> found = new ArrayList<>();
      tree.list(1, after, (name, inode, kind) -> found.add(name + " " + inode + kind));
      assertEquals(expected, found);
    }
    FileName first = source.root.children.firstKey();
    tree.list(1, first, (name, inode, kind) -> name.equals(first));
    List<FileName> one = new ArrayList<>();
    tree.list(1, first, (name, inode, kind) -> !one.add(name));
    assertEquals(List.of(source.root.children.higherKey(first)), one);
  }

  @Test
  void anInodeThatIsNotThereIsStale() throws Exception {
    var file = file("file", random(1, 10));
    PackedTree tree = build();
    var e = assertThrows(DriveException.class, () -> tree.attributes(99));
    assertEquals(DriveException.Reason.STALE, e.reason());
    e = assertThrows(DriveException.class, () -> tree.lookup(file.inode, name("x")));
    assertEquals(DriveException.Reason.NOT_DIRECTORY, e.reason());
    e = assertThrows(DriveException.class, () -> tree.symlinkTarget(file.inode));
    assertEquals(DriveException.Reason.INVALID, e.reason());
    e = assertThrows(DriveException.class, () -> tree.read(1, 0, ByteBuffer.allocate(1)));
    assertEquals(DriveException.Reason.IS_DIRECTORY, e.reason());
  }

  @Test
  void anyInodeIsFoundAgainWhenItsRecordWasForgotten() throws Exception {
    var directory = source.root;
    for (int i = 0; i < 300; i++) {
      directory = source.add(i % 7 == 0 ? source.root : directory, "d" + i, FileKind.DIRECTORY);
      source.add(directory, "f" + i, FileKind.REGULAR);
    }
    var built = TreeBuilder.build(source.input(), chunks, chunks, TreeMemo.NONE);
    PackedTree tree = open(built.root(), 1);
    for (long inode : source.all().keySet()) {
      assertEquals(source.attributes(inode), tree.attributes(inode));
    }
    assertEquals(300, built.files());
  }

  @Test
  void aRowOfNodesIsBelievedOnlyIfTheNameLeadsBack() throws Exception {
    var file = file("file", random(1, 10));
    TreeRoot tree =
        TreeRoot.read(
            chunks, TreeBuilder.build(source.input(), chunks, chunks, TreeMemo.NONE).root());
    var rows = new java.util.TreeMap<byte[], byte[]>(java.util.Arrays::compareUnsigned);
    rows.put(TreeNodeRow.key(98), new TreeNodeRow(1, name("file")).toBytes());
    rows.put(TreeNodeRow.key(99), new TreeNodeRow(1, name("gone")).toBytes());
    rows.put(TreeNodeRow.key(100), new TreeNodeRow(100, name("loop")).toBytes());
    rows.put(TreeNodeRow.key(101), new TreeNodeRow(file.inode, name("below a file")).toBytes());
    var table = new SortedEditor.Table(PageKind.NODES, tree.nodes());
    ChunkRef nodes = SortedEditor.apply(new PageCache(chunks, 0), chunks, table, rows);
    PackedTree open = open(new TreeRoot(tree.directory(), nodes).put(chunks), 10);
    for (long inode = 98; inode <= 101; inode++) {
      long asked = inode;
      var e = assertThrows(DriveException.class, () -> open.attributes(asked));
      assertEquals(DriveException.Reason.STALE, e.reason());
    }
    assertEquals(file.inode, open.attributes(file.inode).inode());
  }

  @Test
  void aLostChunkIsAnErrorAndNeverZeros() throws Exception {
    var file = file("file", random(1, 1000), random(2, 1000));
    PackedTree tree = build();
    chunks.lose(chunks.put(kith.codec.PackKind.DATA, random(2, 1000), 0, 1000));
    assertEquals(1000, tree.read(file.inode, 0, ByteBuffer.allocate(1000)));
    assertThrows(
        CorruptDataException.class, () -> tree.read(file.inode, 500, ByteBuffer.allocate(1000)));
  }

  @Test
  void aSequentialReaderFindsItsNextChunksFetched() throws Exception {
    byte[][] pieces = new byte[40][];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = random(i, 100);
    }
    long inode = file("file", pieces).inode;
    var built = TreeBuilder.build(source.input(), chunks, chunks, TreeMemo.NONE);
    List<Runnable> tasks = new ArrayList<>();
    PackedTree tree =
        PackedTree.open(new PackedTree.Access(chunks, tasks::add, 1 << 20, 10), built.root());
    tree.read(inode, 0, ByteBuffer.allocate(50));
    assertEquals(PackedTreeReadAhead.CHUNKS, tasks.size());
    tree.read(inode, 50, ByteBuffer.allocate(50));
    assertEquals(PackedTreeReadAhead.CHUNKS, tasks.size(), "nothing is asked for twice");
    tree.read(inode, 100, ByteBuffer.allocate(100));
    assertEquals(PackedTreeReadAhead.CHUNKS + 1, tasks.size());
    chunks.takeReads();
    tasks.forEach(Runnable::run);
    assertEquals(tasks.size(), chunks.takeReads());
  }
}
