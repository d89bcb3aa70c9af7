package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

final class PackTest {
  private static final byte[] KEY = new byte[32];

  @Test
  void aPackTellsWhereItsChunksLie() throws KithException {
    for (long seed = 1; seed <= 20; seed++) {
      RandomGenerator random = Seeded.random(seed);
      PackBuilder builder = builder(random);
      byte[][] records = new byte[random.nextInt(30)][];
      for (int i = 0; i < records.length; i++) {
        records[i] = Seeded.bytes(random, random.nextInt(20_000));
        builder.append(new ChunkId(Seeded.bytes(random, 32)), records[i], i);
        assertArrayEquals(
            records[i], builder.read(builder.size() - records[i].length, records[i].length));
      }
      byte[] pack = builder.seal(KEY, new SecureRandom());
      List<PackEntry> entries = PackReader.open(pack, KEY).entries();
      assertEquals(records.length, entries.size(), "seed " + seed);
      for (PackEntry entry : entries) {
        byte[] record = Arrays.copyOfRange(pack, entry.offset(), entry.offset() + entry.length());
        assertArrayEquals(records[entry.rawLength()], record, "seed " + seed);
      }
    }
  }

  @Test
  void theFooterIsReadByRangesAlone() throws KithException {
    PackBuilder builder = builder(Seeded.random(1));
    builder.append(new ChunkId(KEY), new byte[5000], 6000);
    byte[] pack = builder.seal(KEY, new SecureRandom());
    byte[] trailer = Arrays.copyOfRange(pack, pack.length - PackReader.TRAILER_SIZE, pack.length);
    PackReader.FooterPlace place = PackReader.footerPlace(trailer, pack.length);
    byte[] box = Arrays.copyOfRange(pack, place.offset(), place.offset() + place.length());
    assertEquals(PackReader.open(pack, KEY), PackReader.footer(builder.id(), box, KEY));
    assertThrows(CorruptDataException.class, () -> PackReader.footerPlace(trailer, 5000));
  }

  @Test
  void aFullPackHasSixteenMebibytesAtMost() throws KithException {
    PackBuilder builder = builder(Seeded.random(1));
    byte[] record = new byte[100_000];
    while (builder.fits(record.length)) {
      builder.append(new ChunkId(KEY), record, record.length);
    }
    assertThrows(
        IllegalStateException.class, () -> builder.append(new ChunkId(KEY), record, 100_000));
    byte[] rest = new byte[50_000];
    while (builder.fits(rest.length)) {
      rest = Arrays.copyOf(rest, rest.length);
      builder.append(new ChunkId(KEY), rest, rest.length);
    }
    byte[] pack = builder.seal(KEY, new SecureRandom());
    assertEquals(PackBuilder.MAX_PACK, pack.length);
    assertEquals(builder.count(), PackReader.open(pack, KEY).entries().size());
  }

  @Test
  void sizeClassesAddAnEighthAtMostAndAreFew() {
    int classes = 0;
    for (int length = 100, last = 0; length <= PackBuilder.MAX_PACK; length += 1 + length / 500) {
      int padded = PackFormat.padded(length);
      assertTrue(padded >= length && padded <= PackBuilder.MAX_PACK, "at " + length);
      assertTrue(padded - length <= 0.12 * length, length + " becomes " + padded);
      assertEquals(padded, PackFormat.padded(padded));
      classes += padded == last ? 0 : 1;
      last = padded;
    }
    assertTrue(classes < 400, classes + " classes");
    assertFalse(builder(Seeded.random(1)).fits(Integer.MAX_VALUE));
  }

  @Test
  void aPackThatRottedOnDiskIsNotEncoded() throws KithException {
    DriveKeys keys = DriveKeys.derive(RootSecret.of(KEY));
    var encoder = new PackEncoder(keys, new OwnerId(KEY), Seeded.random(1));
    PackBuilder builder = builder(Seeded.random(1));
    builder.append(new ChunkId(KEY), new byte[5000], 5000);
    byte[] pack = builder.seal(keys.tree(), new SecureRandom());
    CodeParameters code = CodeParameters.of(2, 1);
    List<OwnerId> holders = java.util.Collections.nCopies(3, new OwnerId(KEY));
    assertEquals(3, encoder.encode(pack, code, holders).size());
    pack[2000] ^= 1;
    assertThrows(CorruptDataException.class, () -> encoder.encode(pack, code, holders));
    assertThrows(
        CorruptDataException.class, () -> encoder.encodeOne(pack, code, 2, new OwnerId(KEY)));
  }

  private static PackBuilder builder(RandomGenerator random) {
    return new PackBuilder(new PackId(Seeded.bytes(random, 16)), PackKind.DATA, 9);
  }
}
