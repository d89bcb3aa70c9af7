package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A regular file while its content is imported: where its chunks lie, once they have places. A file
 * of very many chunks comes into the rows in parts, without a name until it is whole. For one
 * thread.
 */
final class ImportedFile {
  /** Chunks that come into the rows in one update. */
  private static final int PART = 2000;

  private final ImportTree tree;
  private final ImportQueue queue;
  private final long inode;
  private List<Piece> pieces = new ArrayList<>(1);
  private long allocated;
  private long handle;

  /** A chunk of the file. */
  private record Piece(long offset, CompletableFuture<ChunkRef> chunk) {
    Extent.Chunked extent() {
      ChunkRef ref = chunk.join();
      return new Extent.Chunked(offset, ref.rawLength(), 0, ref);
    }
  }

  ImportedFile(ImportTree tree, ImportQueue queue) throws IOException {
    this.tree = tree;
    this.queue = queue;
    this.inode = tree.newNumber();
  }

  long inode() {
    return inode;
  }

  /** Takes the next chunk of the file. */
  void add(long offset, int length, CompletableFuture<ChunkRef> chunk) throws IOException {
    if (pieces.size() == PART) {
      List<Piece> part = pieces;
      pieces = new ArrayList<>();
      queue.then(chunks(part), () -> extend(part));
    }
    pieces.add(new Piece(offset, chunk));
    allocated += length;
  }

  private void extend(List<Piece> part) throws IOException {
    InodeRow row = InodeRow.create(FileKind.REGULAR, 0, new Caller(0, 0), tree.now());
    handle = tree.extend(handle, new ImportedNode(inode, row, List.of(), extents(part), false));
  }

  private static List<CompletableFuture<ChunkRef>> chunks(List<Piece> pieces) {
    return pieces.stream().map(Piece::chunk).toList();
  }

  private static List<Extent.Chunked> extents(List<Piece> pieces) {
    return pieces.stream().map(Piece::extent).toList();
  }

  /** What the file needs before it can have a name. */
  List<CompletableFuture<ChunkRef>> chunks() {
    return chunks(pieces);
  }

  /**
   * The whole file, once {@link #chunks} are on the disk.
   *
   * @param attributes of its source, with the size that was read
   */
  ImportedNode node(Attributes attributes, List<Xattr> xattrs) {
    InodeRow row = row(attributes, allocated, tree.now());
    return new ImportedNode(inode, row, xattrs, extents(pieces), handle != 0);
  }

  /** A row with the attributes of a source, and one name. */
  static InodeRow row(Attributes a, long allocated, Timestamp now) {
    return new InodeRow(
        a.kind(),
        a.mode(),
        a.uid(),
        a.gid(),
        a.kind() == FileKind.DIRECTORY ? 2 : 1,
        a.kind() == FileKind.REGULAR ? a.size() : 0,
        allocated,
        a.device(),
        a.atime(),
        a.mtime(),
        now,
        new byte[0]);
  }

  /** Nothing more is done with it. What has no name then goes. */
  void end() throws IOException {
    if (handle != 0) {
      long ended = handle;
      handle = 0;
      tree.end(ended);
    }
  }
}
