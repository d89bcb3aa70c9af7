package kith.fs;

import static kith.fs.TreeBuilderSource.name;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kith.codec.CorruptDataException;
import org.junit.jupiter.api.Test;

/** Directories that are stored as patches of their former pages. */
class TreeBuilderPatchTest {
  private final PageMemoryChunks chunks = new PageMemoryChunks();
  private final TreeBuilderSource source = new TreeBuilderSource(chunks);
  private final TreeBuilderSource.Node folder =
      source.add(source.root, "folder", FileKind.DIRECTORY);

  private void fill(int count) {
    for (int i = 0; i < count; i++) {
      folder.children.put(name("file" + i), source.add(null, null, FileKind.FIFO));
    }
    folder.touch();
  }

  private PackedTree build() throws Exception {
    return open(TreeBuilder.build(source.input(), chunks, chunks, source));
  }

  /** Opens a tree that keeps no pages, and records for the way to the folder only. */
  private PackedTree open(TreeBuilder.Built built) throws Exception {
    return PackedTree.open(new PackedTree.Access(chunks, Runnable::run, 0, 10), built.root());
  }

  /** The table of the folder. */
  private ChunkRef table() throws Exception {
    return DirectoryRef.ofBytes(source.note(folder.inode).orElseThrow().bytes()).root();
  }

  private Map<String, Attributes> listing(PackedTree tree) throws Exception {
    Map<String, Long> inodes = new HashMap<>();
    tree.list(folder.inode, null, (file, inode, kind) -> inodes.put(file + "", inode) == null);
    Map<String, Attributes> found = new HashMap<>();
    for (Map.Entry<String, Long> entry : inodes.entrySet()) {
      found.put(entry.getKey(), tree.attributes(entry.getValue()));
    }
    return found;
  }

  private Map<String, Attributes> expected() throws Exception {
    Map<String, Attributes> expected = new HashMap<>();
    for (var child : folder.children.entrySet()) {
      expected.put(child.getKey() + "", source.attributes(child.getValue().inode));
    }
    return expected;
  }

  @Test
  void ofALittleChangedDirectoryOnlyTheChangeIsStored() throws Exception {
    fill(100);
    build();
    ChunkRef first = table();
    source.add(folder, "new", FileKind.FIFO);
    build();
    ChunkRef second = table();
    source.unlink(folder, name("file7"));
    assertEquals(expected(), listing(build()), "after a removal");
    ChunkRef third = table();
    assertTrue(3 * third.rawLength() < first.rawLength(), third.rawLength() + " bytes");
    for (ChunkRef patch : List.of(second, third)) {
      assertEquals(first, PagePatch.ofBytes(chunks.chunk(patch)).base());
    }
  }

  /** As many changes again and again, in any place: neither bytes nor depth grow without end. */
  @Test
  void everyStateOfAFolderStaysReadableWithTwoChunksAPage() throws Exception {
    fill(1_000);
    Map<PackedTree, Map<String, Attributes>> states = new HashMap<>();
    states.put(build(), expected());
    for (int round = 0; round < 60; round++) {
      for (int i = 0; i < 10; i++) {
        folder.children.get(name("file" + (round * 37 + i * 101) % 900)).touch();
      }
      source.unlink(folder, name("file" + (900 + round)));
      source.add(folder, "new" + round, FileKind.FIFO);
      folder.touch();
      states.put(build(), expected());
      for (ChunkRef leaf : leaves()) {
        chunks.takeReads();
        PageCache.read(chunks, leaf, PageKind.DIRECTORY);
        assertTrue(chunks.takeReads() <= 2, "round " + round);
      }
    }
    for (Map.Entry<PackedTree, Map<String, Attributes>> state : states.entrySet()) {
      assertEquals(state.getValue(), listing(state.getKey()));
    }
  }

  private Set<ChunkRef> leaves() throws Exception {
    Set<ChunkRef> leaves = new HashSet<>();
    Page root = PageCache.read(chunks, table(), PageKind.DIRECTORY);
    assertEquals(1, root.level());
    for (int i = 0; i < root.count(); i++) {
      leaves.add(root.child(i));
    }
    return leaves;
  }

  @Test
  void tenChangesIn200000EntriesStoreFewBytesAndCostOneReadMore() throws Exception {
    fill(200_000);
    build();
    int levels = 1 + PageCache.read(chunks, table(), PageKind.DIRECTORY).level();
    for (int i = 0; i < 10; i++) {
      folder.children.get(name("file" + i * 19_997)).mode = 0600;
    }
    folder.touch();
    chunks.takeWritten();
    PackedTree tree = build();
    long written = chunks.takeWritten();
    // Some 7 fence pages are written anew; ten leaves of 32 KiB aren't.
    assertTrue(written < 130_000, written + " bytes for ten changes");
    tree.lookup(FileSystem.ROOT, name("folder"));
    chunks.takeReads();
    assertTrue(tree.lookup(folder.inode, name("file19997")).isPresent());
    assertEquals(levels + 1, chunks.takeReads(), "a page of each level, and a base");
    assertTrue(tree.lookup(folder.inode, name("none")).isEmpty());
    assertTrue(chunks.takeReads() <= levels + 1);
  }

  /** A folder that is read for the first time from afar. */
  @Test
  void listingAFolderOfPatchesTakesAtMostTwiceTheReads() throws Exception {
    fill(20_000);
    PackedTree before = build();
    int reads = readsOfListing(before);
    for (int i = 0; i < 20_000; i += 100) {
      folder.children.get(name("file" + i)).mode = 0600;
    }
    folder.touch();
    PackedTree after = build();
    int patched = readsOfListing(after);
    assertTrue(patched > reads, "there are patches");
    assertTrue(patched <= 2 * reads, patched + " instead of " + reads);
  }

  private int readsOfListing(PackedTree tree) throws Exception {
    tree.lookup(FileSystem.ROOT, name("folder"));
    chunks.takeReads();
    tree.list(folder.inode, null, (file, inode, kind) -> true);
    return chunks.takeReads();
  }

  @Test
  void aDamagedBaseOfADirectoryIsNotUsedAgain() throws Exception {
    fill(100);
    build();
    ChunkRef base = table();
    source.add(folder, "new", FileKind.FIFO);
    PackedTree lost = build();
    chunks.lose(base);
    lost.lookup(FileSystem.ROOT, name("folder"));
    assertThrows(CorruptDataException.class, () -> lost.lookup(folder.inode, name("new")));
    source.add(folder, "another", FileKind.FIFO);
    assertEquals(expected(), listing(build()), "after the loss");
    assertFalse(PagePatch.is(chunks.chunk(table())));
  }
}
