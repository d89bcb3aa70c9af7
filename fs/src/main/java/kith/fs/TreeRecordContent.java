package kith.fs;

import java.util.List;
import java.util.Optional;
import kith.codec.CorruptDataException;

/** Where the content of an entry lies. Immutable. */
sealed interface TreeRecordContent {
  /** How many pieces stand in the record itself, at most. */
  int MAX_INLINE = 16;

  /** Length of one range that cannot be read, at most; longer ones are several pieces. */
  int MAX_UNREADABLE = Extent.MAX_LENGTH;

  /** No content, or nothing but holes. */
  record None() implements TreeRecordContent {}

  /** The content of a small file. */
  record Inline(List<Piece> pieces) implements TreeRecordContent {
    public Inline {
      pieces = List.copyOf(pieces);
    }

    @Override
    public void writeTo(PageOutput out) {
      boolean whole = pieces.stream().allMatch(piece -> piece.chunk().isPresent());
      out.u8(whole ? 1 : 4).varint(pieces.size());
      for (Piece piece : pieces) {
        if (whole) {
          out.u64(piece.offset()).chunk(piece.chunk().orElseThrow());
        } else {
          piece.writeTo(out);
        }
      }
    }
  }

  /**
   * The content of a large file.
   *
   * @param root of a table of kind CONTENT
   */
  record Table(ChunkRef root) implements TreeRecordContent {}

  /** The entries of a directory. */
  record Directory(DirectoryRef ref) implements TreeRecordContent {}

  /**
   * A chunk in its place, or a range whose bytes are gone for good.
   *
   * @param offset in the file, in bytes
   * @param length in bytes
   * @param chunk empty if the range cannot be read
   */
  record Piece(long offset, int length, Optional<ChunkRef> chunk) {
    Piece(long offset, ChunkRef chunk) {
      this(offset, chunk.rawLength(), Optional.of(chunk));
    }

    /** A range that cannot be read. */
    static Piece unreadable(long offset, int length) {
      return new Piece(offset, length, Optional.empty());
    }

    /** Where it ends in the file. */
    long end() {
      return offset + length;
    }

    /** Its value in a table of kind CONTENT: the chunk, or the length alone. */
    byte[] value() {
      var out = new PageOutput(ChunkRef.SIZE);
      return chunk.map(out::chunk).orElseGet(() -> out.u32(length)).toBytes();
    }

    /**
     * A piece of a table of kind CONTENT.
     *
     * @param end where it ends in the file
     */
    static Piece ofValue(long end, byte[] value) throws CorruptDataException {
      PageInput in = new PageInput(value, "piece");
      Optional<ChunkRef> chunk = value.length == 4 ? Optional.empty() : Optional.of(in.chunk());
      int length = chunk.isPresent() ? chunk.get().rawLength() : in.count32(MAX_UNREADABLE);
      in.end();
      if (length < 1 || length > end) {
        throw in.corrupt("begins before the file");
      }
      return new Piece(end - length, length, chunk);
    }

    private void writeTo(PageOutput out) {
      out.u64(offset).u8(chunk.isPresent() ? 1 : 0);
      chunk.ifPresentOrElse(out::chunk, () -> out.u32(length));
    }

    private static Piece read(PageInput in) throws CorruptDataException {
      long offset = in.count64();
      int tag = in.u8();
      if (tag > 1) {
        throw in.corrupt("piece tag " + tag);
      }
      return tag == 1
          ? new Piece(offset, in.chunk())
          : unreadable(offset, in.count32(MAX_UNREADABLE));
    }
  }

  /** Tag u8, then what the kind needs. */
  default void writeTo(PageOutput out) {
    if (this instanceof Inline inline) {
      inline.writeTo(out);
    } else if (this instanceof Table table) {
      out.u8(2).chunk(table.root());
    } else if (this instanceof Directory directory) {
      directory.ref().writeTo(out.u8(3));
    } else {
      out.u8(0);
    }
  }

  static TreeRecordContent read(PageInput in) throws CorruptDataException {
    int tag = in.u8();
    return switch (tag) {
      case 0 -> new None();
      case 1 -> readPieces(in, false);
      case 4 -> readPieces(in, true);
      case 2 -> new Table(in.chunk());
      case 3 -> new Directory(DirectoryRef.read(in));
      default -> throw in.corrupt("content tag " + tag);
    };
  }

  /**
   * @param tagged whether some of them may be unreadable
   */
  private static Inline readPieces(PageInput in, boolean tagged) throws CorruptDataException {
    var pieces = new Piece[in.varint(MAX_INLINE)];
    long end = 0;
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = tagged ? Piece.read(in) : new Piece(in.count64(), in.chunk());
      if (pieces[i].length() < 1 || pieces[i].offset() < end || pieces[i].end() < 0) {
        throw in.corrupt("pieces overlap");
      }
      end = pieces[i].end();
    }
    Inline inline = new Inline(List.of(pieces));
    if (tagged && inline.pieces().stream().allMatch(piece -> piece.chunk().isPresent())) {
      throw in.corrupt("all pieces can be read");
    }
    return inline;
  }
}
