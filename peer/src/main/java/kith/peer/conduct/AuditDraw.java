package kith.peer.conduct;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which blocks an audit is about: {@code R = Ra xor Rb} is a number that neither side can choose
 * alone, and block {@code R mod C} is the first; further ones follow from R by SHA-256. Pure.
 */
public final class AuditDraw {
  /** Bytes of each side's part. */
  public static final int SIZE = 32;

  /** The most blocks of one round. */
  public static final int MAX_BLOCKS = 16;

  private static final byte[] LABEL = "kith audit block".getBytes(StandardCharsets.US_ASCII);

  private AuditDraw() {}

  /** R of the owner's and the holder's part. */
  public static byte[] together(byte[] owners, byte[] holders) {
    if (owners.length != SIZE || holders.length != SIZE) {
      throw new IllegalArgumentException("a part of R has " + SIZE + " bytes");
    }
    byte[] both = new byte[SIZE];
    for (int i = 0; i < SIZE; i++) {
      both[i] = (byte) (owners[i] ^ holders[i]);
    }
    return both;
  }

  /**
   * The numbers of the blocks, in the order in which they are proved. A small ledger may have one
   * twice.
   *
   * @param drawn R
   * @param blocks how many
   * @param count C: how many there are to choose from
   */
  public static List<Long> blocks(byte[] drawn, int blocks, long count) {
    if (blocks < 1 || blocks > MAX_BLOCKS || count < 1) {
      throw new IllegalArgumentException(blocks + " blocks of " + count);
    }
    return IntStream.range(0, blocks).mapToObj(each -> block(drawn, each, count)).toList();
  }

  private static long block(byte[] drawn, int each, long count) {
    byte[] number = each == 0 ? drawn : derived(drawn, each);
    return new BigInteger(1, number).mod(BigInteger.valueOf(count)).longValueExact();
  }

  private static byte[] derived(byte[] drawn, int each) {
    ByteBuffer in = ByteBuffer.allocate(LABEL.length + SIZE + 1);
    byte[] text = in.put(LABEL).put(drawn).put((byte) each).array();
    try {
      return MessageDigest.getInstance("SHA-256").digest(text);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
