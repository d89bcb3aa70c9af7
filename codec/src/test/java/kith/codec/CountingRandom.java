package kith.codec;

import java.security.SecureRandom;

/** A source of "randomness" that gives 0, 1, 2, ...: for golden files. */
final class CountingRandom extends SecureRandom {
  private static final long serialVersionUID = 1;

  private byte next;

  @Override
  public void nextBytes(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = next++;
    }
  }
}
