package kith.peer;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;
import kith.codec.CorruptDataException;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.agreement.jpake.JPAKEParticipant;
import org.bouncycastle.crypto.agreement.jpake.JPAKEPrimeOrderGroup;
import org.bouncycastle.crypto.agreement.jpake.JPAKEPrimeOrderGroups;
import org.bouncycastle.crypto.agreement.jpake.JPAKERound1Payload;
import org.bouncycastle.crypto.agreement.jpake.JPAKERound2Payload;
import org.bouncycastle.crypto.digests.SHA256Digest;

/**
 * One side of a password-authenticated key exchange by juggling (J-PAKE, RFC 8236), over the
 * 3072-bit group of NIST with a 256-bit subgroup: both end with one key if they have one password,
 * and learn nothing else of the other's. The library checks the group and the proofs of knowledge,
 * which name who made them. For one thread.
 */
final class Jpake {
  private static final JPAKEPrimeOrderGroup GROUP = JPAKEPrimeOrderGroups.NIST_3072;
  private static final int ELEMENT = 384;
  private static final int SCALAR = 32;
  private static final int PROOF = ELEMENT + SCALAR;

  /** Bytes of what each sends first. */
  static final int FIRST = 2 * ELEMENT + 2 * PROOF;

  /** Bytes of what each sends once he has the other's first. */
  static final int SECOND = ELEMENT + PROOF;

  private final JPAKEParticipant participant;
  private String other;

  /**
   * @param self who this side is, in the proofs that it makes
   */
  Jpake(String self, String password, SecureRandom random) {
    this.participant =
        new JPAKEParticipant(self, password.toCharArray(), GROUP, new SHA256Digest(), random);
  }

  /** {@link #FIRST} bytes: g^x1, g^x2, proof of x1, proof of x2. Call once, first. */
  byte[] first() {
    JPAKERound1Payload made = participant.createRound1PayloadToSend();
    ByteBuffer out = ByteBuffer.allocate(FIRST);
    put(out, made.getGx1(), ELEMENT);
    put(out, made.getGx2(), ELEMENT);
    putProof(out, made.getKnowledgeProofForX1());
    putProof(out, made.getKnowledgeProofForX2());
    return out.array();
  }

  /**
   * Takes the other's first.
   *
   * @param from who the other side must be, in all proofs that it makes
   * @throws CorruptDataException if a proof is false, or somebody else made it
   */
  void takeFirst(String from, byte[] bytes) throws CorruptDataException {
    other = from;
    ByteBuffer in = sized(bytes, FIRST);
    BigInteger gx1 = number(in, ELEMENT);
    BigInteger gx2 = number(in, ELEMENT);
    var round = new JPAKERound1Payload(other, gx1, gx2, proof(in), proof(in));
    try {
      participant.validateRound1PayloadReceived(round);
    } catch (CryptoException e) {
      throw refused(e);
    }
  }

  /** {@link #SECOND} bytes: A, proof of its exponent. Call once, after the other's first. */
  byte[] second() {
    JPAKERound2Payload made = participant.createRound2PayloadToSend();
    ByteBuffer out = ByteBuffer.allocate(SECOND);
    put(out, made.getA(), ELEMENT);
    putProof(out, made.getKnowledgeProofForX2s());
    return out.array();
  }

  /**
   * Takes the other's second; call after {@link #second}.
   *
   * @return what the key is made of, {@value #ELEMENT} bytes: the same on both sides if their
   *     passwords are
   * @throws CorruptDataException if the proof is false, or somebody else made it
   */
  byte[] takeSecond(byte[] bytes) throws CorruptDataException {
    ByteBuffer in = sized(bytes, SECOND);
    var round = new JPAKERound2Payload(other, number(in, ELEMENT), proof(in));
    try {
      participant.validateRound2PayloadReceived(round);
    } catch (CryptoException e) {
      throw refused(e);
    }
    ByteBuffer key = ByteBuffer.allocate(ELEMENT);
    put(key, participant.calculateKeyingMaterial(), ELEMENT);
    return key.array();
  }

  private static CorruptDataException refused(CryptoException e) {
    return new CorruptDataException(
        "what came over the link was not made for it: it is damaged, or somebody is in between", e);
  }

  private static ByteBuffer sized(byte[] bytes, int size) throws CorruptDataException {
    if (bytes.length != size) {
      throw new CorruptDataException("a part of a meeting has " + bytes.length + " bytes");
    }
    return ByteBuffer.wrap(bytes);
  }

  private static void putProof(ByteBuffer out, BigInteger[] proof) {
    put(out, proof[0], ELEMENT);
    put(out, proof[1], SCALAR);
  }

  private static BigInteger[] proof(ByteBuffer in) {
    return new BigInteger[] {number(in, ELEMENT), number(in, SCALAR)};
  }

  private static void put(ByteBuffer out, BigInteger value, int size) {
    byte[] bytes = value.toByteArray();
    int skip = bytes.length > size ? bytes.length - size : 0; // a sign byte
    out.put(new byte[size - (bytes.length - skip)]);
    out.put(Arrays.copyOfRange(bytes, skip, bytes.length));
  }

  private static BigInteger number(ByteBuffer in, int size) {
    byte[] bytes = new byte[size];
    in.get(bytes);
    return new BigInteger(1, bytes);
  }
}
