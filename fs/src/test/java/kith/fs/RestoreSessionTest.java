package kith.fs;

import static kith.fs.TreeBuilderSource.name;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.chunker.ChunkerParameters;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.PartnerUnavailableException;
import kith.codec.WrongKeyException;
import org.junit.jupiter.api.Test;

class RestoreSessionTest {
  private static final Caller OWNER = new Caller(5, 6);

  private final PageMemoryChunks chunks = new PageMemoryChunks();
  private final TreeBuilderSource source = new TreeBuilderSource(chunks);
  private final List<SnapshotEntry> snapshots = new ArrayList<>();
  private final Set<PackId> fetched = new HashSet<>();

  private void snapshot(String name) throws Exception {
    TreeBuilder.Built built = TreeBuilder.build(source.input(), chunks, chunks, source);
    int number = snapshots.size() + 1;
    snapshots.add(
        new SnapshotEntry(
            number,
            name(name),
            Instant.ofEpochSecond(1_000_000L * number),
            Optional.of(built.root()),
            built.files(),
            built.bytes(),
            false));
  }

  private static PackPlacement placement(PackId pack, PackKind kind) {
    return new PackPlacement(
        pack, kind, 1 << 20, CodeParameters.of(1, 0), List.of(Optional.of(HeadCodecTest.owner(2))));
  }

  /** A head whose runs know all packs that exist. */
  private byte[] seal(long generation, boolean live) throws Exception {
    ChunkRef list = SnapshotList.write(chunks, snapshots);
    ChunkRef root = TreeBuilder.build(source.input(), chunks, chunks, source).root();
    IndexRunWriter run = new IndexRunWriter(chunks, 1);
    for (PackId pack : chunks.packs()) {
      run.pack(placement(pack, PackKind.TREE));
    }
    IndexRun written = run.finish();
    Head head =
        new Head(
            HeadCodecTest.OWNER,
            1,
            generation,
            Instant.EPOCH,
            new Head.Parameters(CodeParameters.of(1, 0), 0, ChunkerParameters.DEFAULT),
            List.of(),
            List.of(written),
            written.packs().stream().map(pack -> placement(pack, PackKind.INDEX)).toList(),
            Optional.of(list),
            live ? Optional.of(root) : Optional.empty());
    return HeadCodec.seal(HeadCodecTest.keys(1), head, HeadCodecTest.BOX);
  }

  private RestoreSession open(byte[]... heads) throws Exception {
    return RestoreSession.open(
        HeadCodecTest.keys(1),
        HeadCodecTest.OWNER,
        () -> List.of(heads),
        new RestoreSession.Reading(this::chunks, Runnable::run, Runnable::run, 1 << 20, 100));
  }

  /** Reads only from packs whose placement is known, as a node would have to. */
  private ChunkSource chunks(PlacementSource placements) {
    return ref -> {
      if (placements.placement(ref.pack()).isEmpty()) {
        throw new CorruptDataException("nobody knows where pack " + ref.pack() + " is");
      }
      fetched.add(ref.pack());
      return chunks.chunk(ref);
    };
  }

  private TreeBuilderSource.Node file(String name, String text) {
    var file = source.add(source.root, name, FileKind.REGULAR);
    source.write(file, 0, text.getBytes(StandardCharsets.UTF_8));
    return file;
  }

  private static String read(FileSystem files, long inode) throws IOException {
    var opened = files.open(inode, false);
    ByteBuffer target = ByteBuffer.allocate(100);
    int count = files.read(opened.handle(), 0, target);
    files.release(opened.handle());
    return new String(target.array(), 0, count, StandardCharsets.UTF_8);
  }

  private static List<String> list(FileSystem files, long directory) throws IOException {
    List<String> names = new ArrayList<>();
    files.readDirectory(directory, 0, (name, inode, kind, cookie) -> names.add(name.toString()));
    return names;
  }

  @Test
  void everySnapshotIsReadAsItWas() throws Exception {
    var file = file("file", "old");
    snapshot("2026-01-01T00-00-00Z");
    source.write(file, 0, "new".getBytes(StandardCharsets.UTF_8));
    file("second", "2");
    snapshot("2026-01-02T00-00-00Z");
    source.unlink(source.root, name("second"));
    FileSystem files = open(seal(1, true)).fileSystem(OWNER);
    assertEquals(
        List.of("2026-01-01T00-00-00Z", "2026-01-02T00-00-00Z", "latest", "live"),
        list(files, FileSystem.ROOT));
    Attributes latest = files.lookup(1, name("latest"));
    assertEquals(FileKind.SYMLINK, latest.kind());
    assertArrayEquals(
        "2026-01-02T00-00-00Z".getBytes(StandardCharsets.UTF_8), files.readSymlink(latest.inode()));
    long first = files.lookup(1, name("2026-01-01T00-00-00Z")).inode();
    long second = files.lookup(1, name("2026-01-02T00-00-00Z")).inode();
    long live = files.lookup(1, name("live")).inode();
    assertEquals((1L << 40) | 1, first);
    assertEquals("old", read(files, files.lookup(first, name("file")).inode()));
    assertEquals("new", read(files, files.lookup(second, name("file")).inode()));
    assertEquals(List.of("file"), list(files, first));
    assertEquals(List.of("file", "second"), list(files, second));
    assertEquals(List.of("file"), list(files, live));
    assertEquals(2 + 3, files.attributes(FileSystem.ROOT).nlink());
    assertEquals(5, files.attributes(FileSystem.ROOT).uid());
    assertTrue(fetched.size() > 0);
  }

  @Test
  void theNewestHeadOfAllThatOpenIsTaken() throws Exception {
    file("file", "text");
    snapshot("one");
    byte[] older = seal(4, false);
    snapshot("two");
    byte[] newer = seal(5, false);
    byte[] damaged = seal(6, false);
    damaged[50] ^= 1;
    RestoreSession session = open(older, damaged, newer, new byte[3], older);
    assertEquals(5, session.head().generation());
    assertEquals(2, session.snapshots().size());
    assertEquals(List.of("latest", "one", "two"), list(session.fileSystem(OWNER), 1));
  }

  @Test
  void withoutAHeadItSaysWhetherPartnersOrKeysAreAtFault() throws Exception {
    assertThrows(PartnerUnavailableException.class, () -> open());
    assertThrows(WrongKeyException.class, () -> open(new byte[100]));
  }

  @Test
  void nothingCanBeChanged() throws Exception {
    long inode = file("file", "text").inode;
    snapshot("one");
    FileSystem files = open(seal(1, false)).fileSystem(OWNER);
    long root = files.lookup(1, name("one")).inode();
    long file = SnapshotTrees.outer(1, inode);
    List<org.junit.jupiter.api.function.Executable> changes =
        List.of(
            () -> files.open(file, true),
            () -> files.create(OWNER, root, name("x"), 0644),
            () -> files.change(OWNER, file, AttributeChange.mode(0)),
            () -> files.unlink(root, name("file")),
            () -> files.removeDirectory(OWNER, 1, name("one")),
            () -> files.makeDirectory(OWNER, 1, name("two"), 0755),
            () -> files.rename(root, name("file"), root, name("other")),
            () -> files.setXattr(file, new byte[] {'u'}, new byte[0], null));
    for (var change : changes) {
      var e = assertThrows(DriveException.class, change);
      assertEquals(DriveException.Reason.READ_ONLY, e.reason());
    }
    files.sync(file);
  }

  @Test
  void whatIsNotThereIsNotFoundOrStale() throws Exception {
    file("file", "text");
    snapshot("one");
    FileSystem files = open(seal(1, false)).fileSystem(OWNER);
    long root = files.lookup(1, name("one")).inode();
    assertReason(DriveException.Reason.NOT_FOUND, () -> files.lookup(root, name("nothing")));
    assertReason(DriveException.Reason.NOT_FOUND, () -> files.lookup(1, name("live")));
    assertReason(DriveException.Reason.STALE, () -> files.attributes(SnapshotTrees.outer(77, 1)));
    assertReason(DriveException.Reason.STALE, () -> files.attributes(SnapshotTrees.outer(1, 77)));
    assertReason(
        DriveException.Reason.STALE,
        () -> files.attributes(SnapshotTrees.outer(SnapshotTrees.VIRTUAL, 9)));
    assertReason(DriveException.Reason.IS_DIRECTORY, () -> files.open(root, false));
  }

  private static void assertReason(
      DriveException.Reason reason, org.junit.jupiter.api.function.Executable call) {
    assertEquals(reason, assertThrows(DriveException.class, call).reason());
  }

  @Test
  void aListingGoesOnAtAnyCookieAlsoAnOldOne() throws Exception {
    for (int i = 0; i < 500; i++) {
      file("file-" + i, "");
    }
    snapshot("one");
    FileSystem files = open(seal(1, false)).fileSystem(OWNER);
    long root = files.lookup(1, name("one")).inode();
    List<String> all = list(files, root);
    List<String> parts = new ArrayList<>();
    long[] cookie = {0};
    boolean[] more = {true};
    while (more[0]) {
      int before = parts.size();
      files.readDirectory(
          root,
          cookie[0],
          (name, inode, kind, next) -> {
            if (parts.size() == before + 7) {
              return false;
            }
            cookie[0] = next;
            return parts.add(name.toString());
          });
      more[0] = parts.size() > before;
    }
    assertEquals(500, all.size());
    assertEquals(all, parts);
    List<String> tail = new ArrayList<>();
    FileSystem fresh = open(seal(1, false)).fileSystem(OWNER);
    fresh.readDirectory(root, 490, (name, inode, kind, next) -> tail.add(name.toString()));
    assertEquals(all.subList(490, 500), tail);
    fresh.readDirectory(root, 501, (name, inode, kind, next) -> tail.add("past the end"));
    assertEquals(10, tail.size());
  }

  @Test
  void whatCannotBeReadIsAnInputOutputErrorAndNoMissingFile() throws Exception {
    long inode = file("file", "text").inode;
    snapshot("one");
    byte[] head = seal(1, false);
    FileSystem files = open(head).fileSystem(OWNER);
    byte[] text = "text".getBytes(StandardCharsets.UTF_8);
    chunks.lose(chunks.put(PackKind.DATA, text, 0, text.length));
    var e =
        assertThrows(
            IOException.class,
            () -> files.read(SnapshotTrees.outer(1, inode), 0, ByteBuffer.allocate(9)));
    assertTrue(e.getCause() instanceof KithException);
    assertTrue(!(e instanceof DriveException));
  }

  @Test
  void extendedAttributesAreReadAndListed() throws Exception {
    var file = file("file", "text");
    file.xattrs.add(new Xattr("user.a".getBytes(StandardCharsets.UTF_8), new byte[] {1, 2}));
    snapshot("one");
    FileSystem files = open(seal(1, false)).fileSystem(OWNER);
    long inode = SnapshotTrees.outer(1, file.inode);
    assertEquals(1, files.xattrNames(inode).size());
    byte[] name = "user.a".getBytes(StandardCharsets.UTF_8);
    assertArrayEquals(new byte[] {1, 2}, files.xattr(inode, name).orElseThrow());
    assertTrue(files.xattr(inode, new byte[] {'x'}).isEmpty());
    assertTrue(files.xattrNames(1).isEmpty());
    assertEquals(1, files.space().files());
    assertEquals(4, files.space().totalBytes());
  }

  @Test
  void theListOfSnapshotsHasGoldenBytes() throws Exception {
    SnapshotEntry entry =
        new SnapshotEntry(
            3,
            name("before"),
            Instant.ofEpochSecond(5, 6),
            Optional.of(TreeGolden.ref(1)),
            7,
            8,
            true);
    TreeGolden.check("snapshot", entry.toBytes());
    assertEquals(entry, SnapshotEntry.ofBytes(3, entry.toBytes()));
    assertEquals(entry.held(false), SnapshotEntry.ofBytes(3, TreeGolden.read("snapshot-1")));
    TreeGolden.fuzz(entry.toBytes(), bytes -> SnapshotEntry.ofBytes(3, bytes));
    assertEquals(
        List.of(entry), SnapshotList.read(chunks, SnapshotList.write(chunks, List.of(entry))));
  }
}
