package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackKind;

/**
 * Extended attributes of an entry: in its record when they are short, else in TREE chunks of their
 * own. Immutable.
 *
 * @param inline the block of attributes, empty if there are none or they are in chunks
 * @param chunks the pieces of the block otherwise
 */
record TreeRecordXattrs(byte[] inline, List<ChunkRef> chunks) {
  static final TreeRecordXattrs NONE = new TreeRecordXattrs(new byte[0], List.of());

  private static final int MAX_INLINE = 4096;
  private static final int PIECE = 256 * 1024;
  private static final int MAX_CHUNKS = 256;
  private static final int MAX_ATTRIBUTES = 65_536;
  private static final int MAX_NAME = 255;
  private static final int MAX_VALUE = 65_536;

  TreeRecordXattrs {
    chunks = List.copyOf(chunks);
  }

  /** Packs attributes, which are ordered by name; stores them in chunks where they are long. */
  static TreeRecordXattrs pack(List<Xattr> xattrs, ChunkSink sink)
      throws IOException, KithException {
    if (xattrs.isEmpty()) {
      return NONE;
    }
    PageOutput out = new PageOutput().varint(xattrs.size());
    xattrs.forEach(xattr -> out.sized(xattr.name()).sized(xattr.value()));
    byte[] block = out.toBytes();
    if (block.length <= MAX_INLINE) {
      return new TreeRecordXattrs(block, List.of());
    }
    if (block.length > PIECE * MAX_CHUNKS) {
      throw new IOException("extended attributes of " + block.length + " bytes on one file");
    }
    List<ChunkRef> chunks = new ArrayList<>();
    for (int at = 0; at < block.length; at += PIECE) {
      chunks.add(sink.put(PackKind.TREE, block, at, Math.min(PIECE, block.length - at)));
    }
    return new TreeRecordXattrs(new byte[0], chunks);
  }

  /** The attributes, read from their chunks if need be. */
  List<Xattr> load(ChunkSource source) throws IOException, KithException {
    byte[] block = inline;
    if (!chunks.isEmpty()) {
      PageOutput out = new PageOutput(PIECE);
      for (ChunkRef ref : chunks) {
        out.raw(source.chunk(ref));
      }
      block = out.toBytes();
    }
    return block.length == 0 ? List.of() : parse(new PageInput(block, "extended attributes"));
  }

  private static List<Xattr> parse(PageInput in) throws CorruptDataException {
    int count = in.varint(MAX_ATTRIBUTES);
    List<Xattr> xattrs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      xattrs.add(new Xattr(in.sized(MAX_NAME), in.sized(MAX_VALUE)));
    }
    in.end();
    return xattrs;
  }

  /** The block, sized; then the number of chunks and the chunks. */
  void writeTo(PageOutput out) {
    out.sized(inline).varint(chunks.size());
    chunks.forEach(out::chunk);
  }

  static TreeRecordXattrs read(PageInput in) throws CorruptDataException {
    byte[] inline = in.sized(MAX_INLINE);
    int count = in.varint(MAX_CHUNKS);
    List<ChunkRef> chunks = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      chunks.add(in.chunk());
    }
    return new TreeRecordXattrs(inline, chunks);
  }
}
