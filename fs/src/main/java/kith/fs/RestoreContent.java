package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import kith.codec.KithException;

/** The content of a regular file, piece by piece; what lies between is a hole. For one thread. */
interface RestoreContent {
  /** A range whose bytes come together. */
  interface Piece {
    /** In the file, in bytes. */
    long offset();

    /** In bytes, over 0. */
    int length();

    /** Whether these are its bytes, as far as can be told without the partners. */
    boolean matches(byte[] bytes) throws IOException, KithException;

    /** Its bytes; the array may be shared: don't change it. */
    byte[] bytes() throws IOException, KithException;
  }

  /** The next piece, or null after the last. */
  Piece next() throws IOException, KithException;

  /** What a tree gives to any reader, in pieces of at most a mebibyte. */
  static RestoreContent of(ReadTree tree, long inode, long size) {
    return new OfReader(tree, inode, size);
  }

  /** Reads as any reader does. */
  final class OfReader implements RestoreContent {
    private static final int LENGTH = 1 << 20;

    private final ReadTree tree;
    private final long inode;
    private final long size;
    private long at;
    private long dataEnd;

    private OfReader(ReadTree tree, long inode, long size) {
      this.tree = tree;
      this.inode = inode;
      this.size = size;
    }

    @Override
    public Piece next() throws IOException, KithException {
      if (at >= dataEnd && !findData()) {
        return null;
      }
      var piece = new Range(at, (int) Math.min(LENGTH, dataEnd - at));
      at += piece.length;
      return piece;
    }

    private boolean findData() throws IOException, KithException {
      if (at >= size) {
        return false;
      }
      try {
        at = tree.seek(inode, at, FileSystem.SeekTo.DATA);
      } catch (DriveException e) {
        if (e.reason() == DriveException.Reason.NO_SUCH_OFFSET) {
          return false;
        }
        throw e;
      }
      dataEnd = tree.seek(inode, at, FileSystem.SeekTo.HOLE);
      return true;
    }

    private final class Range implements Piece {
      private final long offset;
      private final int length;
      private byte[] content;

      private Range(long offset, int length) {
        this.offset = offset;
        this.length = length;
      }

      @Override
      public long offset() {
        return offset;
      }

      @Override
      public int length() {
        return length;
      }

      @Override
      public boolean matches(byte[] bytes) throws IOException, KithException {
        return Arrays.equals(bytes, bytes());
      }

      @Override
      public byte[] bytes() throws IOException, KithException {
        if (content == null) {
          byte[] read = new byte[length];
          int count = tree.read(inode, offset, ByteBuffer.wrap(read));
          content = count == length ? read : Arrays.copyOf(read, length);
        }
        return content;
      }
    }
  }
}
