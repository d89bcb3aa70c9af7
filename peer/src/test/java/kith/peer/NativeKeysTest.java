package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import kith.codec.CorruptDataException;
import kith.codec.NativeCrypto;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys of nodes by AWS-LC and by the JDK: each reads, signs and verifies for the other. */
class NativeKeysTest {
  private static final byte[] MESSAGE = {1, 2, 3};

  @AfterEach
  void javas() {
    Security.removeProvider("AmazonCorrettoCryptoProvider");
  }

  @Test
  void oneVerifiesWhatTheOtherSigned() throws CorruptDataException {
    KeyPair javas = NodeKeys.generate(new SecureRandom());
    byte[] point = NodeKeys.pointOf(javas.getPublic());
    byte[] signed = NodeKeys.sign(javas.getPrivate(), MESSAGE);

    NativeCrypto.install();
    assertTrue(NodeKeys.verify(point, MESSAGE, signed));
    var read = NodeKeys.privateKey(javas.getPrivate().getEncoded());
    byte[] again = NodeKeys.sign(read, MESSAGE);
    KeyPair ours = NodeKeys.generate(new SecureRandom());
    byte[] ourPoint = NodeKeys.pointOf(ours.getPublic());
    byte[] ourSigned = NodeKeys.sign(ours.getPrivate(), MESSAGE);
    assertArrayEquals(point, NodeKeys.pointOf(NodeKeys.publicKey(point)));

    javas();
    assertTrue(NodeKeys.verify(point, MESSAGE, again));
    assertTrue(NodeKeys.verify(ourPoint, MESSAGE, ourSigned));
    NodeKeys.privateKey(ours.getPrivate().getEncoded());
  }

  @Test
  void whatIsNoKeyOrNoSignatureIsRefused() {
    NativeCrypto.install();
    KeyPair ours = NodeKeys.generate(new SecureRandom());
    byte[] point = NodeKeys.pointOf(ours.getPublic());
    byte[] signed = NodeKeys.sign(ours.getPrivate(), MESSAGE);
    assertTrue(NodeKeys.verify(point, MESSAGE, signed));
    for (int i = 0; i < signed.length; i++) {
      byte[] flipped = signed.clone();
      flipped[i] ^= 1;
      assertFalse(NodeKeys.verify(point, MESSAGE, flipped));
    }
    for (int length = 0; length < signed.length; length++) {
      assertFalse(NodeKeys.verify(point, MESSAGE, Arrays.copyOf(signed, length)));
    }
    assertFalse(NodeKeys.verify(point, MESSAGE, new byte[NodeKeys.SIGNATURE_SIZE]));
    byte[] off = point.clone();
    off[40] ^= 1;
    assertFalse(NodeKeys.verify(off, MESSAGE, signed), "a point that is not on the curve");
    assertThrows(CorruptDataException.class, () -> NodeKeys.publicKey(new byte[0]));
    assertThrows(CorruptDataException.class, () -> NodeKeys.privateKey(new byte[40]));
  }
}
