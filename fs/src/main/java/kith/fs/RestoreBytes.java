package kith.fs;

import java.io.IOException;
import kith.codec.KithException;

/** Compares and copies the content of one file, and tells how far it is. For one thread. */
final class RestoreBytes {
  private static final int STEP = 64 << 10;

  private final RestoreReport report;
  private long told;

  RestoreBytes(RestoreReport report) {
    this.report = report;
  }

  private void tell(long bytes) {
    told += bytes;
    report.underWay(bytes);
  }

  /** Takes back what was told: the file is counted otherwise from now on. */
  void end() {
    report.underWay(-told);
    told = 0;
  }

  /** Whether a file has this content, holes included. */
  boolean same(DestinationFile file, long size, RestoreContent content)
      throws IOException, KithException {
    if (file.size() != size) {
      return false;
    }
    long at = 0;
    for (var piece = content.next(); piece != null; piece = content.next()) {
      if (!isZero(file, at, piece.offset()) || !has(file, piece)) {
        end();
        return false;
      }
      at = piece.offset() + piece.length();
      tell(piece.length());
    }
    return isZero(file, at, size);
  }

  /** Whether a range reads as zeros; of a block that ends in it some lies in data. */
  private static boolean isZero(DestinationFile file, long from, long to) throws IOException {
    long data = from < to ? file.data(from) : -1;
    while (data >= 0 && data < to) {
      byte[] bytes = new byte[(int) Math.min(STEP, to - data)];
      int length = file.read(data, bytes, bytes.length);
      for (int i = 0; i < length; i++) {
        if (bytes[i] != 0) {
          return false;
        }
      }
      data = length < bytes.length ? -1 : file.data(data + length);
    }
    return true;
  }

  private static boolean has(DestinationFile file, RestoreContent.Piece piece)
      throws IOException, KithException {
    byte[] there = new byte[piece.length()];
    return file.read(piece.offset(), there, there.length) == there.length && piece.matches(there);
  }

  /**
   * Brings the content into a file that was begun.
   *
   * @param former has perhaps some of it; null if there is none
   */
  void copy(RestoreContent content, DestinationFile file, DestinationFile former)
      throws IOException, KithException {
    long begun = file.size();
    long at = 0;
    for (var piece = content.next(); piece != null; piece = content.next()) {
      long end = piece.offset() + piece.length();
      begun = cleared(file, at, piece.offset(), begun);
      if (end > begun || !has(file, piece)) {
        file.write(piece.offset(), bytes(piece, former), piece.length());
      }
      at = end;
      tell(piece.length());
    }
    cleared(file, at, begun, begun);
  }

  /**
   * Sees to it that a range is a hole: if not, what follows it goes, too.
   *
   * @param begun how long the file was that is gone on with
   * @return how long it is now
   */
  private static long cleared(DestinationFile file, long from, long to, long begun)
      throws IOException {
    if (from >= begun || isZero(file, from, Math.min(to, begun))) {
      return begun;
    }
    file.truncate(from);
    return from;
  }

  private static byte[] bytes(RestoreContent.Piece piece, DestinationFile former)
      throws IOException, KithException {
    if (former != null) {
      byte[] there = new byte[piece.length()];
      boolean whole = former.read(piece.offset(), there, there.length) == there.length;
      if (whole && piece.matches(there)) {
        return there;
      }
    }
    return piece.bytes();
  }
}
