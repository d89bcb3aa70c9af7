package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.codec.KithException;
import kith.index.Table;
import kith.index.Update;

/**
 * Makes the rows of the live tree again from the packed one, a thousand entries or so at a time. A
 * row in META stands for each directory whose entries are still to come; what a crash interrupts is
 * gone through again, and entries that are here stay. Each inode keeps its number and gets the note
 * that a tree builder would have left, so that the next tree is the one that is packed already. For
 * one thread.
 */
final class RecoveryTree {
  private static final byte[] OPEN = "recovery.dir.".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "recovery.dir/".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] NODES = "nodes".getBytes(StandardCharsets.UTF_8);
  private static final long PAGE_CACHE = 4L << 20;

  /** Rows that are put in one update, about. */
  private static final int ROWS = 2000;

  /** Entries that are taken in one step. */
  private static final int STEP = 1000;

  /**
   * So many files may have been made on the lost machine after the newest that came back: numbers
   * are given out once in the life of a drive.
   */
  private static final long SKIPPED_NUMBERS = 1L << 30;

  private final LiveTree live;
  private final ChunkSource chunks;
  private final TreeRoot root;
  private final PageCache pages;
  private final long noted;
  private Update update = new Update();
  private int rows;
  private Optional<Current> current = Optional.empty();

  /** A directory whose entries are coming. */
  private record Current(long directory, SortedCursor entries) {}

  /**
   * @param chunks where packed pages are read
   * @param root of the packed tree
   */
  RecoveryTree(LiveTree live, ChunkSource chunks, ChunkRef root) throws IOException, KithException {
    this.live = live;
    this.chunks = chunks;
    this.root = TreeRoot.read(chunks, root);
    this.pages = new PageCache(chunks, PAGE_CACHE);
    this.noted = live.epochs.advance();
  }

  /** The row that a recovery's tree begins with. */
  void begin(Update with) throws DriveException {
    with.put(Table.META, key(FileSystem.ROOT), root.directory().directory().toBytes());
  }

  private static byte[] key(long directory) {
    return ByteBuffer.allocate(OPEN.length + Long.BYTES).put(OPEN).putLong(directory).array();
  }

  /** Takes some entries over; false once there are no more. */
  boolean step() throws IOException, KithException {
    if (current.isEmpty()) {
      current = open();
    }
    if (current.isEmpty()) {
      return false;
    }
    long directory = current.get().directory;
    SortedCursor entries = current.get().entries;
    int taken = 0;
    boolean more = entries.next();
    while (more) {
      take(directory, TreeNodeRow.name(entries.key()), TreeRecord.ofBytes(entries.value()));
      more = ++taken < STEP && entries.next();
    }
    if (taken < STEP) {
      update.delete(Table.META, key(directory));
      current = Optional.empty();
    }
    apply();
    return true;
  }

  private Optional<Current> open() throws IOException, KithException {
    byte[][] found = new byte[2][];
    live.rows.scan(
        Table.META,
        OPEN,
        END,
        (key, value) -> {
          found[0] = key;
          found[1] = value;
          return false;
        });
    if (found[0] == null) {
      return Optional.empty();
    }
    long directory = ByteBuffer.wrap(found[0]).getLong(OPEN.length);
    ChunkRef entries = DirectoryRef.ofBytes(found[1]).root();
    return Optional.of(
        new Current(directory, new SortedReader(pages, PageKind.DIRECTORY, entries).all()));
  }

  private void apply() throws IOException {
    live.rows.applyUpkeep(update);
    update = new Update();
    rows = 0;
  }

  private void counted() throws IOException {
    if (++rows >= ROWS) {
      apply();
    }
  }

  private void take(long directory, FileName name, TreeRecord record)
      throws IOException, KithException {
    if (live.find(directory, name) != null) {
      return; // it came before a crash
    }
    Attributes a = record.attributes();
    var entry = new LiveTree.Dirent(a.inode(), a.kind());
    if (a.kind() != FileKind.DIRECTORY && a.nlink() > 1) {
      apply(); // its other name may be in the update
      if (live.rows.get(Table.INODES, RowKeys.of(a.inode())) == null) {
        inode(record);
      }
      live.addName(update, directory, name, entry);
      apply();
      return;
    }
    inode(record);
    if (a.kind() == FileKind.DIRECTORY) {
      update.put(Table.META, key(a.inode()), record.directory().toBytes());
    }
    live.addFirstName(update, directory, name, entry);
    counted();
  }

  /** Puts all that belongs to an inode but its names; the row itself last. */
  private void inode(TreeRecord record) throws IOException, KithException {
    Attributes a = record.attributes();
    for (Xattr xattr : record.xattrs().load(chunks)) {
      update.put(Table.XATTRS, RowKeys.of(a.inode(), xattr.name()), xattr.value());
      counted();
    }
    long allocated = a.kind() == FileKind.REGULAR ? content(record) : a.blocks() * 512;
    InodeRow row =
        new InodeRow(
            a.kind(),
            a.mode(),
            a.uid(),
            a.gid(),
            a.nlink(),
            a.size(),
            allocated,
            a.device(),
            a.mtime(),
            a.mtime(),
            a.ctime(),
            record.target());
    if (record.content() instanceof TreeRecordContent.Directory directory) {
      note(a.inode(), directory.ref().toBytes(), 0);
    }
    live.put(update, a.inode(), row);
  }

  private void note(long inode, byte[] bytes, long changed) {
    TreeRow row = new TreeRow(changed, noted, bytes);
    update.put(Table.TREES, RowKeys.of(inode), row.encode());
  }

  /** Puts the extents of a file; returns how many bytes they cover. */
  private long content(TreeRecord record) throws IOException, KithException {
    Attributes a = record.attributes();
    if (record.content() instanceof TreeRecordContent.Inline inline) {
      return pieces(a, inline.pieces());
    }
    if (!(record.content() instanceof TreeRecordContent.Table table)) {
      return 0;
    }
    SortedCursor cursor = new SortedReader(pages, PageKind.CONTENT, table.root()).all();
    long allocated = 0;
    while (cursor.next()) {
      PageInput in = new PageInput(cursor.key(), "piece");
      allocated +=
          pieces(a, List.of(TreeRecordContent.Piece.ofValue(in.count64(), cursor.value())));
    }
    if (a.size() >= TreeBuilderRecords.MIN_NOTED) {
      note(a.inode(), TreeBuilderRecords.toNote(table.root(), allocated), 0);
    }
    return allocated;
  }

  private long pieces(Attributes a, List<TreeRecordContent.Piece> pieces) throws IOException {
    long allocated = 0;
    for (TreeRecordContent.Piece piece : pieces) {
      int length = (int) Math.min(piece.length(), a.size() - piece.offset());
      if (length <= 0) {
        continue;
      }
      allocated += length;
      Optional<ChunkRef> chunk = piece.chunk();
      Extents.put(
          update,
          a.inode(),
          chunk.isPresent()
              ? new Extent.Chunked(piece.offset(), length, 0, chunk.get())
              : new Extent.Damaged(piece.offset(), length));
      if (chunk.isEmpty()) {
        DamageMarks.cameDamaged(update, a.inode());
      }
      counted();
    }
    return allocated;
  }

  /** All entries are here: puts what is known of the tree as a whole into the last update. */
  void finish(Update last) throws IOException, KithException {
    inode(root.directory());
    // As if something had changed: the next head is of this node, and names it all.
    note(FileSystem.ROOT, root.directory().directory().toBytes(), live.epochs.current());
    apply();
    ByteBuffer nodes = ByteBuffer.allocate(ChunkRef.SIZE);
    root.nodes().writeTo(nodes);
    last.put(Table.META, NODES, nodes.array());
    live.numbers.startAfter(highest() + SKIPPED_NUMBERS);
  }

  /** The highest number of an inode of the tree. */
  private long highest() throws IOException, KithException {
    Page page = pages.page(root.nodes(), PageKind.NODES);
    while (page.level() > 0) {
      page = pages.child(page, page.count() - 1);
    }
    byte[] key = page.count() == 0 ? TreeNodeRow.key(FileSystem.ROOT) : page.key(page.count() - 1);
    return ByteBuffer.wrap(Arrays.copyOf(key, Long.BYTES)).getLong();
  }
}
