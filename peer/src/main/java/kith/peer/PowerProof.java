package kith.peer;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;

/**
 * The proof of the cooperative backup scheme of Birrell and others: the holder computes {@code r^D
 * mod N}, D being the sealed block as a number, and the owner, who knows phi(N), {@code r^d} with
 * {@code d = D mod phi(N)}, of 256 bytes. It needs neither pack nor block, and costs the holder
 * about a second for a block. Pure.
 */
final class PowerProof {
  /** Bytes of a modulus, of a base and of a proof. */
  static final int SIZE = 256;

  private static final int BITS = 8 * SIZE;

  private PowerProof() {}

  /**
   * The owner's secret.
   *
   * @param modulus N, of 2048 bits
   * @param phi (p - 1)(q - 1)
   */
  record Secret(BigInteger modulus, BigInteger phi) {
    /** A new one; takes about a second. */
    static Secret random(SecureRandom random) {
      while (true) {
        BigInteger p = BigInteger.probablePrime(BITS / 2, random);
        BigInteger q = BigInteger.probablePrime(BITS / 2, random);
        BigInteger modulus = p.multiply(q);
        if (modulus.bitLength() == BITS && !p.equals(q)) {
          BigInteger phi = p.subtract(BigInteger.ONE).multiply(q.subtract(BigInteger.ONE));
          return new Secret(modulus, phi);
        }
      }
    }

    /** All that the owner keeps of a block: {@value PowerProof#SIZE} bytes. */
    byte[] digest(byte[] block) {
      return fixed(new BigInteger(1, block).mod(phi));
    }

    /** Modulus and a random base, as they are sent. */
    byte[] challenge(RandomGenerator random) {
      byte[] base = new byte[SIZE];
      random.nextBytes(base);
      byte[] both = Arrays.copyOf(fixed(modulus), 2 * SIZE);
      byte[] reduced = fixed(new BigInteger(1, base).mod(modulus));
      System.arraycopy(reduced, 0, both, SIZE, SIZE);
      return both;
    }

    /** Whether a proof under a challenge is that of the block whose digest was kept. */
    boolean verify(byte[] challenge, byte[] digest, byte[] proof) {
      BigInteger base = new BigInteger(1, challenge, SIZE, SIZE);
      return Arrays.equals(proof, fixed(base.modPow(new BigInteger(1, digest), modulus)));
    }
  }

  /**
   * The holder's part.
   *
   * @param challenge modulus and base
   * @throws CorruptDataException if they are none that a block can be raised under
   */
  static byte[] prove(byte[] challenge, byte[] block) throws CorruptDataException {
    BigInteger modulus = new BigInteger(1, challenge, 0, SIZE);
    BigInteger base = new BigInteger(1, challenge, SIZE, SIZE);
    if (modulus.bitLength() != BITS || !modulus.testBit(0) || base.compareTo(modulus) >= 0) {
      throw new CorruptDataException("a modulus or base that an audit cannot have");
    }
    return fixed(base.modPow(new BigInteger(1, block), modulus));
  }

  private static byte[] fixed(BigInteger value) {
    byte[] bytes = value.toByteArray();
    byte[] fixed = new byte[SIZE];
    int skip = Math.max(0, bytes.length - SIZE); // a sign byte
    int length = bytes.length - skip;
    System.arraycopy(bytes, skip, fixed, SIZE - length, length);
    return fixed;
  }
}
