package kith.fs;

import java.io.IOException;
import kith.codec.CorruptDataException;
import kith.codec.KithException;

/** Tells of which chunks the content of a file is made, chunking it first where needed. */
public interface FileContent {
  /** Sees one chunk after the other, in file order; gaps between them are holes. */
  @FunctionalInterface
  interface PieceVisitor {
    /**
     * @param offset where the chunk begins in the file, in bytes
     */
    void piece(long offset, ChunkRef chunk) throws IOException, KithException;

    /**
     * A range whose bytes were damaged before they could be chunked, and are gone for good.
     *
     * @param offset where it begins in the file, in bytes
     */
    default void unreadable(long offset, int length) throws IOException, KithException {
      throw new CorruptDataException(length + " bytes at " + offset + " cannot be read");
    }
  }

  /** Visits all chunks of a regular file. */
  void visit(long inode, PieceVisitor visitor) throws IOException, KithException;
}
