package kith.fs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One component of a path: 1 to 255 bytes of any encoding, without '/' and NUL, neither "." nor
 * "..". Ordered as unsigned bytes.
 */
public final class FileName implements Comparable<FileName> {
  /** Longest name in bytes. */
  public static final int MAX_LENGTH = 255;

  private final byte[] bytes;

  private FileName(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * @param bytes not copied: the caller hands the array over
   * @throws DriveException NAME_TOO_LONG or INVALID
   */
  public static FileName of(byte[] bytes) throws DriveException {
    if (bytes.length > MAX_LENGTH) {
      throw new DriveException(DriveException.Reason.NAME_TOO_LONG, "a name of " + bytes.length);
    }
    boolean dots = bytes.length <= 2 && bytes.length > 0 && bytes[0] == '.';
    if (bytes.length == 0 || (dots && bytes[bytes.length - 1] == '.')) {
      throw new DriveException(DriveException.Reason.INVALID, "not a name: '" + text(bytes) + "'");
    }
    for (byte b : bytes) {
      if (b == '/' || b == 0) {
        throw new DriveException(DriveException.Reason.INVALID, "'/' or NUL in " + text(bytes));
      }
    }
    return new FileName(bytes);
  }

  /** The name in UTF-8. */
  public static FileName of(String name) throws DriveException {
    return of(name.getBytes(StandardCharsets.UTF_8));
  }

  /** A copy of the bytes. */
  public byte[] toBytes() {
    return bytes.clone();
  }

  /** Length in bytes. */
  public int length() {
    return bytes.length;
  }

  @Override
  public int compareTo(FileName other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileName that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** For messages: UTF-8, with a replacement mark where it isn't. */
  @Override
  public String toString() {
    return text(bytes);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
