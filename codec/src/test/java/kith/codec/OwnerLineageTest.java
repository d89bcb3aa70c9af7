package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Keys that take each other's place. */
final class OwnerLineageTest {
  private static final Instant TIME = Instant.ofEpochMilli(1_763_700_000_123L);

  /** Alice's third key, whose node signs with what it is given and zeros. */
  static OwnerKey third() {
    OwnerKey key = OwnerKey.derive(root(1));
    for (int i = 2; i <= 3; i++) {
      key = key.rekey(root(i), TIME.plusSeconds(i), message -> Arrays.copyOf(message, 64));
    }
    return key;
  }

  private static RootSecret root(int n) {
    byte[] bytes = new byte[RootSecret.SIZE];
    Arrays.fill(bytes, (byte) n);
    return RootSecret.of(bytes);
  }

  @Test
  void bytesAreThoseOfTheGoldenFile() throws CorruptDataException {
    OwnerKey key = third();
    Golden.check("owner-lineage", key.lineage().toBytes());
    OwnerLineage read = OwnerLineage.parse(Golden.read("owner-lineage"));
    assertEquals(key.lineage(), read);
    assertEquals(2, read.generation());
    assertEquals(TIME.plusSeconds(2), read.replaced(0));
    read.check(OwnerKey.derive(root(1)).id(), key.publicKey());
  }

  @Test
  void theOwnerIdStaysAndTheKeyIsAnother() throws CorruptDataException {
    OwnerKey first = OwnerKey.derive(root(1));
    OwnerKey third = third();
    assertEquals(first.id(), third.id());
    assertNotEquals(OwnerId.ofPublicKey(third.publicKey()), third.id());
    assertArrayEquals(first.publicKey(), third.lineage().key(0, third.publicKey()));
    assertArrayEquals(third.publicKey(), third.lineage().key(2, third.publicKey()));
    assertEquals(third.id(), OwnerKey.derive(root(3), third.lineage()).id());
    assertThrows(CorruptDataException.class, () -> OwnerKey.derive(root(2), third.lineage()));
  }

  @Test
  void aFlippedByteIsRefusedButForTheNodesSignatures() {
    OwnerKey key = third();
    byte[] whole = key.lineage().toBytes();
    int rekey = (whole.length - 1) / 2;
    for (int at = 0; at < whole.length; at++) {
      if (at > 0 && (at - 1) % rekey >= rekey - OwnerLineage.NODE_SIGNATURE) {
        continue; // judged by who knows the node
      }
      byte[] damaged = whole.clone();
      damaged[at] ^= 1;
      assertThrows(
          CorruptDataException.class,
          () -> OwnerLineage.parse(damaged).check(key.id(), key.publicKey()),
          "byte " + at);
    }
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      assertThrows(CorruptDataException.class, () -> OwnerLineage.parse(part));
    }
  }

  @Test
  void isPrintedAndReadBackInEitherCase() throws CorruptDataException {
    OwnerLineage lineage = third().lineage();
    assertEquals(lineage, OwnerLineage.ofText(lineage.text()));
    assertEquals(lineage, OwnerLineage.ofText(lineage.text().toLowerCase(Locale.ROOT)));
    assertEquals(OwnerLineage.NONE, OwnerLineage.ofText(OwnerLineage.NONE.text()));
    assertThrows(CorruptDataException.class, () -> OwnerLineage.ofText(lineage.text() + "!"));
  }

  @Test
  void thereAreSixRekeysAtMost() {
    OwnerKey key = OwnerKey.derive(root(1));
    for (int i = 1; i <= OwnerLineage.MAX_REKEYS; i++) {
      key = key.rekey(root(1 + i), TIME, message -> new byte[64]);
    }
    OwnerKey last = key;
    assertEquals(OwnerLineage.MAX_BYTES, last.lineage().toBytes().length);
    assertThrows(
        IllegalStateException.class, () -> last.rekey(root(9), TIME, message -> new byte[64]));
  }

  @Test
  void aPackTellsByWhichKeysItWasMade() throws CorruptDataException {
    var random = new CountingRandom();
    DriveKeys first = DriveKeys.derive(root(1));
    DriveKeys second = DriveKeys.derive(root(2)).after(first);
    DriveKeys third = DriveKeys.derive(root(3)).after(second);
    PackId one = first.newPack(random);
    PackId two = second.newPack(random);
    PackId three = third.newPack(random);
    assertEquals(0, third.generation(one));
    assertEquals(1, third.generation(two));
    assertEquals(2, third.generation(three));
    assertArrayEquals(first.seal(), third.seal(one));
    assertArrayEquals(second.tree(), third.tree(two));
    assertArrayEquals(third.seal(), third.seal(three));
    assertArrayEquals(first.gear(), third.gear());
    assertEquals(0, first.generation(two), "who has the former keys alone can't tell");
    Golden.check("drive-keys-2", second.toBytes());
    assertEquals(second, DriveKeys.ofBytes(Golden.read("drive-keys-2")));
    assertEquals(third, DriveKeys.ofBytes(third.toBytes()));
    assertEquals(third, DriveKeys.derive(root(3)).with(third.former()));
  }
}
