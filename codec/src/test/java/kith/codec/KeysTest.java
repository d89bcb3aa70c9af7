package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;
import org.junit.jupiter.api.Test;

final class KeysTest {
  @Test
  void hkdfIsThatOfRfc5869() {
    byte[] key = Seeded.bytes(Seeded.random(1), 32);
    byte[] info = "kith\0label 1\0context".getBytes(StandardCharsets.US_ASCII);
    byte[] context = "context".getBytes(StandardCharsets.US_ASCII);
    for (int length : new int[] {1, 32, 33, 100, 8160}) {
      var generator = new HKDFBytesGenerator(new SHA256Digest());
      generator.init(new HKDFParameters(key, null, info));
      byte[] expected = new byte[length];
      generator.generateBytes(expected, 0, length);
      assertArrayEquals(expected, Hkdf.derive(key, "label 1", context, length));
    }
    assertThrows(IllegalArgumentException.class, () -> Hkdf.derive(key, "a\0b", context, 32));
    assertThrows(IllegalArgumentException.class, () -> Hkdf.derive(key, "a", context, 8161));
  }

  @Test
  void allKeysOfADriveDiffer() {
    DriveKeys keys = DriveKeys.derive(RootSecret.of(new byte[32]));
    Set<String> distinct = new HashSet<>();
    for (byte[] key :
        List.of(keys.head(), keys.tree(), keys.seal(), keys.convergence(), keys.gear())) {
      distinct.add(HexFormat.of().formatHex(key));
    }
    assertEquals(5, distinct.size());
    assertNotEquals(keys, DriveKeys.derive(RootSecret.generate(new SecureRandom())));
    assertEquals("DriveKeys[hidden]", keys.toString());
  }

  @Test
  void keysThatAreSpentOpenNothingAndGoOnNamingChunks() throws KithException {
    SecureRandom random = new SecureRandom();
    DriveKeys first = DriveKeys.derive(RootSecret.of(new byte[32]));
    DriveKeys second = DriveKeys.derive(RootSecret.generate(random)).after(first);
    DriveKeys third = DriveKeys.derive(RootSecret.generate(random)).after(second);
    PackId ofFirst = first.newPack(random);
    PackId ofSecond = second.newPack(random);

    DriveKeys now = third.spending(generation -> generation == 0);
    assertArrayEquals(now.seal(), now.seal(ofFirst), "the present ones open nothing of it");
    assertArrayEquals(second.seal(), now.seal(ofSecond));
    assertTrue(now.generation(0).isSpent() && !now.generation(1).isSpent());
    assertThrows(IllegalStateException.class, () -> now.generation(0).seal());
    assertThrows(IllegalStateException.class, () -> now.generation(0).tree());
    assertThrows(IllegalStateException.class, () -> now.generation(0).head());
    assertArrayEquals(first.convergence(), now.generation(0).convergence());
    assertArrayEquals(first.treeConvergence(), now.generation(0).treeConvergence());
    assertArrayEquals(first.gear(), now.gear(), "files go on being cut as they were");
    for (DriveKeys each : List.of(now, third, now.generation(0), now.spending(all -> true))) {
      assertEquals(each, DriveKeys.ofBytes(each.toBytes()));
    }
    String bytes = HexFormat.of().formatHex(now.spending(all -> true).toBytes());
    for (DriveKeys former : List.of(first, second)) {
      for (byte[] key : List.of(former.head(), former.tree(), former.seal())) {
        assertFalse(bytes.contains(HexFormat.of().formatHex(key)));
      }
    }
    byte[] cut = now.toBytes();
    assertThrows(
        CorruptDataException.class,
        () -> DriveKeys.ofBytes(java.util.Arrays.copyOf(cut, cut.length - 1)));
    assertEquals(4, DriveKeys.derive(RootSecret.generate(random)).after(now).former().size() + 1);
  }

  @Test
  void aSignatureHoldsForItsMessageAndKeyOnly() {
    OwnerKey key = OwnerKey.derive(RootSecret.of(new byte[32]));
    byte[] message = {1, 2, 3};
    byte[] signature = key.sign(message);
    assertTrue(OwnerKey.verify(key.publicKey(), message, signature));
    assertFalse(OwnerKey.verify(key.publicKey(), new byte[] {1, 2, 4}, signature));
    signature[10] ^= 1;
    assertFalse(OwnerKey.verify(key.publicKey(), message, signature));
    assertFalse(OwnerKey.verify(new byte[32], message, signature));
    assertFalse(OwnerKey.verify(HexFormat.of().parseHex("ff".repeat(32)), message, signature));
    assertFalse(OwnerKey.verify(new byte[31], message, signature));
    assertEquals(OwnerId.ofPublicKey(key.publicKey()), key.id());
  }

  @Test
  void noTwoBoxesAreTheSame() {
    SaltedBox box = new SaltedBox(new SecureRandom());
    Set<String> boxes = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      boxes.add(HexFormat.of().formatHex(box.seal(new byte[32], "head 1", new byte[4])));
    }
    assertEquals(20, boxes.size());
  }

  @Test
  void theDefaultCostIsWhatTheDocumentsSay() throws KithException {
    SecretBox box = new SecretBox(new SecureRandom());
    byte[] wrapped = box.wrap(new byte[] {7}, "correct horse".toCharArray());
    assertArrayEquals(new byte[] {0, 1, 0, 0}, java.util.Arrays.copyOfRange(wrapped, 6, 10));
    assertEquals(7, SecretBox.unwrap(wrapped, "correct horse".toCharArray())[0]);
    assertThrows(IllegalArgumentException.class, () -> new SecretBox.Cost(1 << 21, 1, 1));
  }
}
