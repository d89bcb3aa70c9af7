package kith.fs;

import java.util.List;
import kith.codec.CorruptDataException;

/** Where the content of an entry lies. Immutable. */
sealed interface TreeRecordContent {
  /** How many pieces stand in the record itself, at most. */
  int MAX_INLINE = 16;

  /** No content, or nothing but holes. */
  record None() implements TreeRecordContent {}

  /** The content of a small file. */
  record Inline(List<Piece> pieces) implements TreeRecordContent {
    public Inline {
      pieces = List.copyOf(pieces);
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
   * A chunk in its place.
   *
   * @param offset in the file, in bytes
   */
  record Piece(long offset, ChunkRef chunk) {
    /** Where the chunk ends in the file. */
    long end() {
      return offset + chunk.rawLength();
    }
  }

  /** Tag u8, then what the kind needs. */
  default void writeTo(PageOutput out) {
    if (this instanceof Inline inline) {
      out.u8(1).varint(inline.pieces().size());
      inline.pieces().forEach(piece -> out.u64(piece.offset()).chunk(piece.chunk()));
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
      case 1 -> readPieces(in);
      case 2 -> new Table(in.chunk());
      case 3 -> new Directory(DirectoryRef.read(in));
      default -> throw in.corrupt("content tag " + tag);
    };
  }

  private static Inline readPieces(PageInput in) throws CorruptDataException {
    var pieces = new Piece[in.varint(MAX_INLINE)];
    long end = 0;
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = new Piece(in.count64(), in.chunk());
      if (pieces[i].offset() < end || pieces[i].end() < 0) {
        throw in.corrupt("pieces overlap");
      }
      end = pieces[i].end();
    }
    return new Inline(List.of(pieces));
  }
}
