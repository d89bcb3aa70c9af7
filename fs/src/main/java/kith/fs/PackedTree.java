package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import kith.codec.KithException;

/**
 * Reads a tree that {@link TreeBuilder} packed, page by page as it is asked for. Its memory is
 * bounded by what {@link Access} allows, not by the tree. Safe for many threads.
 */
public final class PackedTree implements ReadTree {
  /** What packed trees read with; one may serve many trees. */
  public static final class Access {
    private final PageCache pages;
    private final ChunkSource chunks;
    private final PackedTreeReadAhead readAhead;
    private final int maxRecords;

    /**
     * @param chunks keeps the chunks it has read for a while, or read-ahead is wasted
     * @param readAhead runs read-ahead; owned by the caller, who closes it after the trees
     * @param pageBytes memory for opened pages
     * @param maxRecords how many records of files each tree keeps in memory, about 1 KiB each
     */
    public Access(ChunkSource chunks, Executor readAhead, long pageBytes, int maxRecords) {
      this.pages = new PageCache(chunks, pageBytes);
      this.chunks = chunks;
      this.readAhead = new PackedTreeReadAhead(chunks, readAhead);
      this.maxRecords = maxRecords;
    }

    PageCache pages() {
      return pages;
    }
  }

  private final Access access;
  private final PackedTreeNodes nodes;

  private PackedTree(Access access, PackedTreeNodes nodes) {
    this.access = access;
    this.nodes = nodes;
  }

  /**
   * Opens a tree.
   *
   * @param root what {@link TreeBuilder#build} returned
   */
  public static PackedTree open(Access access, ChunkRef root) throws IOException, KithException {
    TreeRoot tree = TreeRoot.read(access.chunks, root);
    return new PackedTree(access, new PackedTreeNodes(access.pages, tree, access.maxRecords));
  }

  @Override
  public Attributes attributes(long inode) throws IOException, KithException {
    return nodes.record(inode).attributes();
  }

  /** The whole record, for a restore that sets owners by their names. */
  TreeRecord record(long inode) throws IOException, KithException {
    return nodes.record(inode);
  }

  @Override
  public OptionalLong lookup(long directory, FileName name) throws IOException, KithException {
    Optional<TreeRecord> found = nodes.entry(nodes.record(directory), name);
    return found.isPresent()
        ? OptionalLong.of(found.get().attributes().inode())
        : OptionalLong.empty();
  }

  @Override
  public void list(long directory, FileName after, Visitor visitor)
      throws IOException, KithException {
    SortedReader entries = nodes.entries(nodes.record(directory));
    SortedCursor cursor = after == null ? entries.all() : entries.from(next(after));
    while (cursor.next()) {
      TreeRecord record = TreeRecord.ofBytes(cursor.value());
      nodes.remember(record);
      Attributes attributes = record.attributes();
      FileName name = TreeNodeRow.name(cursor.key());
      if (!visitor.visit(name, attributes.inode(), attributes.kind())) {
        return;
      }
    }
  }

  /** The least sequence of bytes that is greater than a name. */
  private static byte[] next(FileName name) {
    return Arrays.copyOf(name.toBytes(), name.length() + 1);
  }

  @Override
  public byte[] symlinkTarget(long inode) throws IOException, KithException {
    TreeRecord record = nodes.record(inode);
    if (record.attributes().kind() != FileKind.SYMLINK) {
      throw new DriveException(DriveException.Reason.INVALID, "inode " + inode + " is no symlink");
    }
    return record.target().clone();
  }

  @Override
  public List<Xattr> xattrs(long inode) throws IOException, KithException {
    return nodes.record(inode).xattrs().load(access.chunks);
  }

  @Override
  public long seek(long inode, long offset, FileSystem.SeekTo what)
      throws IOException, KithException {
    return content().seek(nodes.record(inode), offset, what);
  }

  @Override
  public int read(long inode, long offset, ByteBuffer target) throws IOException, KithException {
    TreeRecord record = nodes.record(inode);
    if (record.attributes().kind() == FileKind.DIRECTORY) {
      throw new DriveException(DriveException.Reason.IS_DIRECTORY, "inode " + inode);
    }
    return content().read(record, offset, target);
  }

  @Override
  public RestoreContent content(long inode) throws IOException, KithException {
    return content().pieces(nodes.record(inode));
  }

  @Override
  public OwnerNames ownerNames(long inode) throws IOException, KithException {
    TreeRecord record = nodes.record(inode);
    return new OwnerNames(record.user(), record.group());
  }

  private PackedTreeContent content() {
    return new PackedTreeContent(access.pages, access.chunks, access.readAhead);
  }
}
