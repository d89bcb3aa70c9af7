package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackKind;

/** Makes the records of the entries of a tree, and writes the content tables of large files. */
final class TreeBuilderRecords {
  /** Smaller files are cheaper to pack again than to remember. */
  static final long MIN_NOTED = 1L << 20;

  /** Length of the note of a file. */
  static final int NOTE_SIZE = ChunkRef.SIZE + Long.BYTES;

  /** What became of the content of a file. */
  private record Packed(TreeRecordContent content, long allocated) {}

  private final TreeBuilder.Input input;
  private final ChunkSink sink;
  private final TreeMemo memo;
  private final TreeBuilderNodes nodes;

  TreeBuilderRecords(
      TreeBuilder.Input input, ChunkSink sink, TreeMemo memo, TreeBuilderNodes nodes) {
    this.input = input;
    this.sink = sink;
    this.memo = memo;
    this.nodes = nodes;
  }

  /** Record of a directory that has been packed. */
  TreeRecord directory(long inode, DirectoryRef ref) throws IOException, KithException {
    Attributes attributes = input.tree().attributes(inode);
    return record(attributes, attributes.blocks(), new TreeRecordContent.Directory(ref));
  }

  /** Record of anything else. */
  TreeRecord file(long inode) throws IOException, KithException {
    Attributes attributes = input.tree().attributes(inode);
    if (attributes.kind() != FileKind.REGULAR) {
      return record(attributes, attributes.blocks(), new TreeRecordContent.None());
    }
    Packed packed = content(inode, attributes.size() >= MIN_NOTED);
    return record(attributes, TreeRecord.blocks(packed.allocated()), packed.content());
  }

  private TreeRecord record(Attributes a, long blocks, TreeRecordContent content)
      throws IOException, KithException {
    ReadTree tree = input.tree();
    boolean link = a.kind() == FileKind.SYMLINK;
    return new TreeRecord(
        new Attributes(
            a.inode(),
            a.kind(),
            a.mode(),
            a.uid(),
            a.gid(),
            a.nlink(),
            a.size(),
            blocks,
            a.device(),
            a.mtime(),
            a.mtime(),
            a.ctime()),
        input.names().user(a.uid()).orElse(""),
        input.names().group(a.gid()).orElse(""),
        link ? tree.symlinkTarget(a.inode()) : new byte[0],
        TreeRecordXattrs.pack(tree.xattrs(a.inode()), sink),
        content);
  }

  private Packed content(long inode, boolean large) throws IOException, KithException {
    Optional<TreeMemo.Note> note = large ? memo.note(inode) : Optional.empty();
    if (note.isPresent() && note.get().unchanged()) {
      return ofNote(note.get().bytes());
    }
    Pieces pieces = new Pieces();
    input.content().visit(inode, pieces);
    Packed packed = pieces.finish();
    if (large && packed.content() instanceof TreeRecordContent.Table table) {
      nodes.file(inode, toNote(table.root(), packed.allocated()));
    }
    return packed;
  }

  /** The note of a file. */
  static byte[] toNote(ChunkRef root, long allocated) {
    return new PageOutput(NOTE_SIZE).chunk(root).u64(allocated).toBytes();
  }

  private static Packed ofNote(byte[] note) throws CorruptDataException {
    PageInput in = new PageInput(note, "note of a file");
    Packed packed = new Packed(new TreeRecordContent.Table(in.chunk()), in.count64());
    in.end();
    return packed;
  }

  /** The table of content that a note of a file names. */
  static ChunkRef table(byte[] note) throws CorruptDataException {
    return ((TreeRecordContent.Table) ofNote(note).content()).root();
  }

  /** Collects the pieces of one file: in a list as long as they are few, then in a table. */
  private final class Pieces implements FileContent.PieceVisitor {
    private final List<TreeRecordContent.Piece> first = new ArrayList<>();
    private SortedWriter table;
    private long end;
    private long allocated;

    @Override
    public void piece(long offset, ChunkRef chunk) throws IOException, KithException {
      add(new TreeRecordContent.Piece(offset, chunk));
    }

    @Override
    public void unreadable(long offset, int length) throws IOException, KithException {
      add(TreeRecordContent.Piece.unreadable(offset, length));
    }

    private void add(TreeRecordContent.Piece piece) throws IOException, KithException {
      if (piece.offset() < end) {
        throw new IllegalArgumentException(
            "a piece at " + piece.offset() + " overlaps one to " + end);
      }
      end = piece.end();
      allocated += piece.length();
      if (table == null && first.size() == TreeRecordContent.MAX_INLINE) {
        table = new SortedWriter(sink, PackKind.TREE, PageKind.CONTENT);
        for (TreeRecordContent.Piece early : first) {
          put(early);
        }
      }
      if (table == null) {
        first.add(piece);
      } else {
        put(piece);
      }
    }

    private void put(TreeRecordContent.Piece piece) throws IOException, KithException {
      table.add(TreeNodeRow.key(piece.end()), piece.value());
    }

    Packed finish() throws IOException, KithException {
      if (table != null) {
        return new Packed(new TreeRecordContent.Table(table.finish()), allocated);
      }
      return first.isEmpty()
          ? new Packed(new TreeRecordContent.None(), 0)
          : new Packed(new TreeRecordContent.Inline(first), allocated);
    }
  }
}
