package kith.codec;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/**
 * Every bit matters: whatever is changed, cut off or added is noticed, and nothing else is thrown.
 */
final class DamageTest {
  private static final byte[] KEY = new byte[32];
  private static final OwnerId OWNER = new OwnerId(new byte[32]);

  private interface Reader {
    void read(byte[] bytes) throws KithException;
  }

  @Test
  void aPackWithAnyBitChangedIsCorrupt() {
    var builder = new PackBuilder(new PackId(new byte[16]), PackKind.DATA, 1);
    builder.append(new ChunkId(KEY), new byte[70], 70);
    byte[] pack = builder.seal(KEY, new CountingRandom());
    assertFragile(pack, bytes -> PackReader.open(bytes, KEY));
    byte[] other = KEY.clone();
    other[0] = 1;
    assertCorrupt(() -> PackReader.open(pack, other));
  }

  @Test
  void aChunkRecordWithAnyBitChangedIsCorrupt() {
    try (ChunkCodec codec = new ChunkCodec(KEY, new CountingRandom())) {
      byte[] raw = new byte[200];
      ChunkKey key = codec.keyOf(raw, 0, raw.length);
      assertFragile(codec.seal(key, raw, 0, raw.length), bytes -> codec.open(key, bytes));
    }
  }

  @Test
  void aRecordUnderAnotherChunksKeyIsCorrupt() {
    try (ChunkCodec codec = new ChunkCodec(KEY, new CountingRandom())) {
      ChunkKey wrong = new ChunkKey(KEY);
      byte[] stored = codec.seal(wrong, new byte[9], 0, 9);
      assertCorrupt(() -> codec.open(wrong, stored));
    }
  }

  @Test
  void aSaltedBoxWithAnyBitChangedIsCorrupt() {
    byte[] box = new SaltedBox(new CountingRandom()).seal(KEY, "test 1", new byte[] {1}, KEY);
    assertFragile(box, bytes -> SaltedBox.open(KEY, "test 1", new byte[] {1}, bytes));
    assertCorrupt(() -> SaltedBox.open(KEY, "test 2", new byte[] {1}, box));
    assertCorrupt(() -> SaltedBox.open(KEY, "test 1", new byte[] {2}, box));
  }

  @Test
  void aSealedShardWithAnyBitChangedIsCorrupt() {
    ShardSealer sealer = sealer(OWNER, 0);
    byte[] sealed = sealer.seal(new byte[100]);
    assertFragile(sealed, bytes -> sealer.openBlocks(0, bytes, 100));
    byte[] descriptor = sealer.sealDescriptor(new ShardDescriptor(PackKind.DATA, 1, 1));
    assertFragile(descriptor, sealer::openDescriptor);
  }

  @Test
  void aBlockOfAnotherPlaceHolderOrShardIsCorrupt() {
    ShardSealer sealer = sealer(OWNER, 0);
    byte[] sealed = sealer.seal(new byte[2 * ShardLayout.BLOCK]);
    byte[] first = Arrays.copyOf(sealed, ShardLayout.SEALED_BLOCK);
    assertDoesNotThrow(() -> sealer.openBlocks(0, first, ShardLayout.BLOCK));
    assertCorrupt(() -> sealer.openBlocks(1, first, ShardLayout.BLOCK));
    byte[] other = new byte[32];
    other[5] = 1;
    assertCorrupt(() -> sealer(new OwnerId(other), 0).openBlocks(0, first, ShardLayout.BLOCK));
    assertCorrupt(() -> sealer(OWNER, 1).openBlocks(0, first, ShardLayout.BLOCK));
  }

  @Test
  void aSecretBoxWithAnyBitChangedDoesNotOpen() {
    SecretBox box = new SecretBox(new CountingRandom());
    byte[] wrapped = box.wrap(new byte[5], KEY);
    for (int bit = 0; bit < wrapped.length * 8; bit++) {
      byte[] damaged = wrapped.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThrows(KithException.class, () -> SecretBox.unwrap(damaged, KEY), "bit " + bit);
    }
  }

  @Test
  void costsThatNoBoxHasAreRefusedBeforeMemoryIsTaken() {
    SecretBox box = new SecretBox(new CountingRandom(), new SecretBox.Cost(64, 1, 1));
    byte[] wrapped = box.wrap(new byte[5], "pass".toCharArray());
    wrapped[6] = 0x7f;
    assertCorrupt(() -> SecretBox.unwrap(wrapped, "pass".toCharArray()));
  }

  @Test
  void theWrongPassphraseIsAWrongKey() throws KithException {
    SecretBox box = new SecretBox(new CountingRandom(), new SecretBox.Cost(64, 1, 1));
    byte[] wrapped = box.wrap(new byte[5], "pass".toCharArray());
    assertTrue(SecretBox.wantsPassphrase(wrapped));
    assertThrows(WrongKeyException.class, () -> SecretBox.unwrap(wrapped, "Pass".toCharArray()));
    assertThrows(WrongKeyException.class, () -> SecretBox.unwrap(wrapped, KEY));
    assertEquals(5, SecretBox.unwrap(wrapped, "pass".toCharArray()).length);
  }

  @Test
  void shardNamesAndKeysOfOtherLengthsAreCorrupt() {
    assertCorrupt(() -> ShardName.parse(new byte[19]));
    assertCorrupt(() -> ShardName.parse(new byte[20]));
    assertCorrupt(() -> DriveKeys.ofBytes(new byte[129]));
    assertCorrupt(() -> CipherSuite.of(2));
    assertCorrupt(() -> PackKind.of(0));
  }

  private static ShardSealer sealer(OwnerId holder, int index) {
    var name = new ShardName(new PackId(new byte[16]), CodeParameters.of(2, 1), index);
    return new ShardSealer(KEY, OWNER, holder, name);
  }

  private static void assertFragile(byte[] bytes, Reader reader) {
    assertDoesNotThrow(() -> reader.read(bytes));
    for (int bit = 0; bit < bytes.length * 8; bit++) {
      byte[] damaged = bytes.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      assertThrows(CorruptDataException.class, () -> reader.read(damaged), "bit " + bit);
    }
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThrows(CorruptDataException.class, () -> reader.read(cut), "cut to " + length);
    }
    assertCorrupt(() -> reader.read(Arrays.copyOf(bytes, bytes.length + 1)));
  }

  private static void assertCorrupt(Executable reading) {
    assertThrows(CorruptDataException.class, reading);
  }
}
