package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import kith.codec.CorruptDataException;
import org.junit.jupiter.api.Test;

final class PowerProofTest {
  private final RandomGenerator random = Shards.random(6);

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  @Test
  void whoHasTheBlockProvesItToWhoKnowsItsDigestAlone() throws CorruptDataException {
    PowerProof.Secret secret = PowerProof.Secret.random(new SecureRandom());
    byte[] block = bytes(4000);
    byte[] digest = secret.digest(block);
    assertEquals(PowerProof.SIZE, digest.length);
    byte[] challenge = secret.challenge(random);
    byte[] proof = PowerProof.prove(challenge, block);
    assertTrue(secret.verify(challenge, digest, proof));
    assertFalse(secret.verify(secret.challenge(random), digest, proof), "another base");
    block[17] ^= 1;
    assertFalse(secret.verify(challenge, digest, PowerProof.prove(challenge, block)));
    proof[255] ^= 1;
    assertFalse(secret.verify(challenge, digest, proof));
  }

  @Test
  void senselessChallengesAreRefused() {
    byte[] zeros = new byte[2 * PowerProof.SIZE];
    assertThrows(CorruptDataException.class, () -> PowerProof.prove(zeros, bytes(10)));
    byte[] even = Messages.filled(2 * PowerProof.SIZE, -2);
    assertThrows(CorruptDataException.class, () -> PowerProof.prove(even, bytes(10)));
    byte[] large = Messages.filled(2 * PowerProof.SIZE, -1);
    assertThrows(CorruptDataException.class, () -> PowerProof.prove(large, bytes(10)));
  }

  @Test
  void itIsWhatTheFormulaSays() throws CorruptDataException {
    byte[] challenge = Messages.filled(2 * PowerProof.SIZE, 0);
    challenge[0] = (byte) 0x80;
    challenge[PowerProof.SIZE - 1] = 1; // N = 2^2047 + 1
    challenge[2 * PowerProof.SIZE - 1] = 2;
    byte[] proof = PowerProof.prove(challenge, new byte[] {1, 0}); // 2^256
    byte[] expected = new byte[PowerProof.SIZE];
    expected[PowerProof.SIZE - 33] = 1;
    assertArrayEquals(expected, proof);
  }
}
