package kith.fs;

import static kith.fs.TreeBuilderSource.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kith.codec.ChunkKey;
import kith.codec.PackKind;
import org.junit.jupiter.api.Test;

class TreeBuilderTest {
  private final PageMemoryChunks chunks = new PageMemoryChunks();
  private final TreeBuilderSource source = new TreeBuilderSource(chunks);

  private TreeBuilder.Built build(TreeMemo memo) throws Exception {
    return TreeBuilder.build(source.input(), chunks, chunks, memo);
  }

  /** Opens a tree that forgets records at once, so that every look-up goes through the tables. */
  private PackedTree open(TreeBuilder.Built built) throws Exception {
    return PackedTree.open(new PackedTree.Access(chunks, Runnable::run, 4 << 20, 1), built.root());
  }

  private void assertSameTree(PackedTree tree, String message) throws Exception {
    for (long inode : source.all().keySet()) {
      assertEquals(source.attributes(inode), tree.attributes(inode), message);
      if (source.attributes(inode).kind() == FileKind.DIRECTORY) {
        assertEquals(names(source, inode), names(tree, inode), message);
      }
    }
  }

  /** The root directory of a packed tree. */
  private DirectoryRef directory(TreeBuilder.Built built) throws Exception {
    return TreeRoot.read(chunks, built.root()).directory().directory();
  }

  private static List<String> names(ReadTree tree, long directory) throws Exception {
    List<String> names = new ArrayList<>();
    tree.list(directory, null, (name, inode, kind) -> names.add(name + " " + inode));
    return names;
  }

  private void populate(SplittableRandom random, int count) {
    for (int i = 0; i < count; i++) {
      edit(random, i);
    }
  }

  /** One random change of the tree. */
  private void edit(SplittableRandom random, int n) {
    var directories =
        source.all().values().stream().filter(x -> x.kind == FileKind.DIRECTORY).toList();
    var directory = directories.get(random.nextInt(directories.size()));
    List<FileName> names = new ArrayList<>(directory.children.keySet());
    FileName old = names.isEmpty() ? null : names.get(random.nextInt(names.size()));
    switch (random.nextInt(old == null ? 3 : 9)) {
      case 0 -> source.add(directory, "d" + n, FileKind.DIRECTORY);
      case 1, 2 -> writeTo(source.add(directory, "f" + n, FileKind.REGULAR), random);
      case 3, 4 -> writeTo(directory.children.get(old), random);
      case 5 -> source.unlink(directory, old);
      default -> moveOrLink(directory, old, directories.get(random.nextInt(directories.size())), n);
    }
  }

  private void writeTo(TreeBuilderSource.Node node, SplittableRandom random) {
    if (node.kind == FileKind.REGULAR) {
      byte[] bytes = new byte[random.nextInt(1, 50)];
      random.nextBytes(bytes);
      node.pieces.clear();
      source.write(node, random.nextInt(100), bytes);
    } else {
      node.mode = random.nextInt(01000);
      node.touch();
    }
  }

  private void moveOrLink(
      TreeBuilderSource.Node from, FileName old, TreeBuilderSource.Node to, int n) {
    var node = from.children.get(old);
    boolean intoItself = false;
    for (var at = to; !at.parents.isEmpty(); at = at.parents.get(0)) {
      intoItself |= at == node;
    }
    if (!intoItself && node != to) {
      source.link(to, "m" + n, node);
      if (node.kind == FileKind.DIRECTORY || n % 2 == 0) {
        source.unlink(from, old);
      }
    }
  }

  @Test
  void aTreeBuiltStepByStepIsTheOneBuiltAtOnce() throws Exception {
    int patches = 0;
    for (long seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TreeBuilderTest run = new TreeBuilderTest();
      run.populate(random, random.nextInt(300));
      for (int round = 0; round < 6; round++) {
        for (int i = random.nextInt(20); i > 0; i--) {
          run.edit(random, 1000 + 100 * round + i);
        }
        String message = "seed " + seed + ", round " + round;
        int pending = random.nextInt(1, 100);
        TreeBuilder.Built built =
            TreeBuilder.build(run.source.input(), run.chunks, run.chunks, run.source, pending);
        DirectoryRef anew = run.directory(run.build(TreeMemo.NONE));
        TreeStoredWhole whole = new TreeStoredWhole(run.chunks);
        assertEquals(anew, whole.directory(run.directory(built)), message);
        run.assertSameTree(run.open(built), message);
        patches += whole.patches();
      }
    }
    assertTrue(patches > 100, "only " + patches + " pages were patches");
  }

  @Test
  void aBuildThatWasInterruptedAnywhereGoesOn() throws Exception {
    for (long seed = 0; seed < 40; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TreeBuilderTest run = new TreeBuilderTest();
      run.populate(random, 200);
      run.build(run.source);
      for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 15; i++) {
          run.edit(random, 1000 + 100 * round + i);
        }
        run.chunks.takeWrites();
        run.chunks.failAfterWrites = random.nextInt(40);
        try {
          TreeBuilder.build(run.source.input(), run.chunks, run.chunks, run.source, 5);
        } catch (IOException e) {
          assertEquals("the disk has failed", e.getMessage());
        }
        run.chunks.failAfterWrites = Integer.MAX_VALUE;
      }
      run.assertSameTree(run.open(run.build(run.source)), "seed " + seed);
    }
  }

  @Test
  void aFileThatMovedAwayDuringAnInterruptedBuildAndCameBackIsFound() throws Exception {
    for (int fail = 1; fail < 30; fail++) {
      TreeBuilderTest run = new TreeBuilderTest();
      var first = run.source.add(run.source.root, "0", FileKind.DIRECTORY);
      var away = run.source.add(run.source.root, "away", FileKind.DIRECTORY);
      var home = run.source.add(run.source.root, "home", FileKind.DIRECTORY);
      var file = run.source.add(home, "file", FileKind.REGULAR);
      run.build(run.source);
      run.source.add(first, "new", FileKind.REGULAR);
      for (int i = 0; i < 10; i++) {
        run.source.add(away, "new" + i, FileKind.REGULAR);
      }
      run.source.link(away, "file", file);
      run.source.unlink(home, name("file"));
      run.chunks.takeWrites();
      run.chunks.failAfterWrites = fail;
      try {
        TreeBuilder.build(run.source.input(), run.chunks, run.chunks, run.source, 3);
      } catch (IOException e) {
        assertEquals("the disk has failed", e.getMessage());
      }
      run.chunks.failAfterWrites = Integer.MAX_VALUE;
      run.source.link(home, "file", file);
      run.source.unlink(away, name("file"));
      PackedTree tree = run.open(run.build(run.source));
      assertEquals(file.inode, tree.attributes(file.inode).inode(), "failed at write " + fail);
    }
  }

  @Test
  @UnexpectedLogs.Expected("packed anew")
  void whenWhatWasPackedBeforeIsDamagedEverythingIsPackedAnew() throws Exception {
    SplittableRandom random = new SplittableRandom(1);
    populate(random, 200);
    build(source);
    ChunkRef lost = source.nodes().orElseThrow();
    chunks.lose(lost);
    populate(random, 10);
    assertSameTree(open(build(source)), "after the loss");
    populate(random, 10);
    assertSameTree(open(build(source)), "one build later");
    assertTrue(source.nodes().isPresent() && !source.nodes().get().equals(lost));
  }

  @Test
  void aDamagedFormerDirectoryDoesNotHinderTheNextBuild() throws Exception {
    var directory = source.add(source.root, "dir", FileKind.DIRECTORY);
    source.add(directory, "file", FileKind.REGULAR);
    build(source);
    chunks.lose(DirectoryRef.ofBytes(source.note(directory.inode).orElseThrow().bytes()).root());
    source.add(directory, "another", FileKind.REGULAR);
    assertSameTree(open(build(source)), "after the loss");
  }

  @Test
  void rowsOfRemovedInodesGo() throws Exception {
    var directory = source.add(source.root, "dir", FileKind.DIRECTORY);
    var below = source.add(directory, "below", FileKind.DIRECTORY);
    source.add(below, "file", FileKind.REGULAR);
    build(source);
    long rows = rows(source.nodes().orElseThrow());
    source.unlink(source.root, name("dir"));
    build(source);
    assertEquals(3, rows);
    assertEquals(0, rows(source.nodes().orElseThrow()));
  }

  private long rows(ChunkRef nodes) throws Exception {
    PageCache pages = new PageCache(chunks, 0);
    SortedCursor cursor = new SortedReader(pages, PageKind.NODES, nodes).all();
    long rows = 0;
    while (cursor.next()) {
      rows++;
    }
    return rows;
  }

  @Test
  void whatDidNotChangeIsNeitherReadNorWrittenAgain() throws Exception {
    for (int i = 0; i < 50; i++) {
      var directory = source.add(source.root, "dir" + i, FileKind.DIRECTORY);
      for (int j = 0; j < 100; j++) {
        source.add(directory, "file" + j, FileKind.REGULAR);
      }
    }
    TreeBuilder.Built first = build(source);
    chunks.takeWrites();
    source.visited = 0;
    assertEquals(first.root(), build(source).root());
    assertEquals(0, chunks.takeWrites());
    assertEquals(0, source.visited);
    var directory = source.root.children.get(name("dir7"));
    source.add(directory, "new", FileKind.REGULAR);
    TreeBuilder.Built second = build(source);
    assertEquals(first.files() + 1, second.files());
    assertEquals(50 + 101, source.visited);
    int writes = chunks.takeWrites();
    // The directory, the root directory, a page of nodes with its fences, and the root.
    assertTrue(writes <= 8, writes + " chunks written");
  }

  @Test
  void aDirectoryOf200000EntriesIsLookedUpWithOneReadPerLevel() throws Exception {
    var directory = source.add(source.root, "large", FileKind.DIRECTORY);
    for (int i = 0; i < 200_000; i++) {
      directory.children.put(name("photo-" + i + ".jpg"), source.add(null, null, FileKind.FIFO));
    }
    ChunkRef root = build(TreeMemo.NONE).root();
    var access = new PackedTree.Access(chunks, Runnable::run, 0, 10);
    PackedTree tree = PackedTree.open(access, root);
    tree.lookup(1, name("large"));
    chunks.takeReads();
    int levels = 1 + level(tree.record(directory.inode).directory().root(), PageKind.DIRECTORY);
    chunks.takeReads();
    assertTrue(tree.lookup(directory.inode, name("photo-123456.jpg")).isPresent());
    assertEquals(levels, chunks.takeReads());
    directory.children.put(name("photo-new.jpg"), source.add(null, null, FileKind.FIFO));
    chunks.takeWrites();
    build(TreeMemo.NONE);
    int writes = chunks.takeWrites();
    assertTrue(writes <= 2 * levels + 6, writes + " chunks written for one new entry");
  }

  private int level(ChunkRef root, PageKind kind) throws Exception {
    return new PageCache(chunks, 0).page(root, kind).level();
  }

  @Test
  void aFileOfAMillionPiecesIsReadAnywhereWithOneReadPerLevel() throws Exception {
    var file = source.add(source.root, "huge", FileKind.REGULAR);
    byte[] piece = new byte[100];
    ChunkRef chunk = chunks.put(PackKind.DATA, piece, 0, piece.length);
    file.size = 200L * 1_000_000;
    FileContent content =
        (inode, visitor) -> {
          for (long i = 0; i < 1_000_000; i++) {
            visitor.piece(200 * i + 100, numbered(chunk, i));
          }
        };
    var input = new TreeBuilder.Input(source, content, Names.NONE);
    PackedTree tree =
        PackedTree.open(
            new PackedTree.Access(lenient(chunk), Runnable::run, 0, 10),
            TreeBuilder.build(input, chunks, chunks, source).root());
    assertEquals((100_000_000 + 511) / 512, tree.attributes(file.inode).blocks());
    var table = (TreeRecordContent.Table) tree.record(file.inode).content();
    int levels = 1 + level(table.root(), PageKind.CONTENT);
    chunks.takeReads();
    assertEquals(10, tree.read(file.inode, 200L * 777_777 + 150, ByteBuffer.allocate(10)));
    assertTrue(chunks.takeReads() <= levels + 1 + 1, "one page per level, and the chunk");
    source.root.mode = 0700;
    source.root.touch();
    chunks.takeWrites();
    TreeBuilder.build(new TreeBuilder.Input(source, null, Names.NONE), chunks, chunks, source);
    assertTrue(chunks.takeWrites() <= 3, "the content table is taken over");
  }

  private static ChunkRef numbered(ChunkRef chunk, long i) {
    byte[] key = new byte[ChunkKey.SIZE];
    ByteBuffer.wrap(key).putLong(i * 0x9e3779b97f4a7c15L).putLong(i);
    return new ChunkRef(new ChunkKey(key), chunk.rawLength(), chunk.pack(), (int) i, 100);
  }

  /** Reads every unknown chunk as this one. */
  private ChunkSource lenient(ChunkRef data) {
    return ref -> ref.length() == 100 ? chunks.chunk(data) : chunks.chunk(ref);
  }

  @Test
  void directoriesMayBeNestedDeeply() throws Exception {
    for (int i = 0; i < 3_000; i++) {
      source.add(null, null, FileKind.DIRECTORY);
    }
    var directory = source.root;
    for (long inode = 2; inode <= 3_001; inode++) {
      var child = source.all().get(inode);
      directory.children.put(name("d"), child);
      child.parents.add(directory);
      directory = child;
    }
    PackedTree tree = open(build(TreeMemo.NONE));
    assertEquals(3_001, tree.attributes(3_001).inode());
  }

  @Test
  void overlappingPiecesAreRefused() {
    var file = source.add(source.root, "file", FileKind.REGULAR);
    file.pieces.put(0L, new byte[10]);
    file.pieces.put(9L, new byte[10]);
    file.size = 19;
    assertThrows(IllegalArgumentException.class, () -> build(TreeMemo.NONE));
  }
}
