package kith.codec;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;

/**
 * The 256 bits that everything of an owner follows from. Held only while keys are derived or the
 * kit is printed; closing wipes it. For one thread.
 */
public final class RootSecret implements AutoCloseable {
  /** Length in bytes. */
  public static final int SIZE = 32;

  private final byte[] bytes;
  private boolean wiped;

  private RootSecret(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A new secret. */
  public static RootSecret generate(SecureRandom random) {
    byte[] bytes = new byte[SIZE];
    random.nextBytes(bytes);
    return new RootSecret(bytes);
  }

  /**
   * @param bytes {@value #SIZE} bytes, copied
   */
  public static RootSecret of(byte[] bytes) {
    if (bytes.length != SIZE) {
      throw new IllegalArgumentException("a root secret has 32 bytes, not " + bytes.length);
    }
    return new RootSecret(bytes.clone());
  }

  /**
   * Reads the words of the kit.
   *
   * @throws WrongKeyException if there are not 24 words, one is not in the list (it is named), or
   *     their checksum is off
   */
  public static RootSecret ofWords(List<String> words) throws WrongKeyException {
    return new RootSecret(Mnemonic.decode(words));
  }

  /**
   * Checks one word by itself, so that a mistyped one can be named before the rest is looked at.
   *
   * @param place its place among the 24, from 1
   * @throws WrongKeyException naming the word if it is not in the list
   */
  public static void requireWord(int place, String word) throws WrongKeyException {
    Mnemonic.number(place - 1, word);
  }

  /** The 24 words that are printed in the kit. */
  public List<String> words() {
    return Mnemonic.encode(bytes());
  }

  /** A copy, for wrapping; the caller wipes it. */
  public byte[] toBytes() {
    return bytes().clone();
  }

  byte[] derive(String label, int length) {
    return Hkdf.derive(bytes(), label, new byte[0], length);
  }

  private byte[] bytes() {
    if (wiped) {
      throw new IllegalStateException("the root secret has been wiped");
    }
    return bytes;
  }

  @Override
  public void close() {
    Arrays.fill(bytes, (byte) 0);
    wiped = true;
  }

  @Override
  public String toString() {
    return "RootSecret[hidden]";
  }
}
