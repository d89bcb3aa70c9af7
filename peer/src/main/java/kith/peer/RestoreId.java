package kith.peer;

import java.security.SecureRandom;
import kith.codec.FixedBytes;

/** Names a declared restore; random. */
public final class RestoreId extends FixedBytes {
  /** Length in bytes. */
  public static final int SIZE = 16;

  public RestoreId(byte[] bytes) {
    super(bytes, SIZE);
  }

  /** A new one. */
  public static RestoreId random(SecureRandom random) {
    byte[] bytes = new byte[SIZE];
    random.nextBytes(bytes);
    return new RestoreId(bytes);
  }
}
