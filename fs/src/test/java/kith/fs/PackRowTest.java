package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import kith.codec.ChunkKey;
import kith.codec.CodeParameters;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.PackKind;
import kith.codec.SealedShard;
import kith.codec.ShardName;
import org.junit.jupiter.api.Test;

final class PackRowTest {
  private static final PackId PACK = new PackId(counting(PackId.SIZE, 0xa0));
  private static final OwnerId HOLDER = new OwnerId(counting(OwnerId.SIZE, 0x10));

  private static byte[] counting(int length, int first) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (first + i);
    }
    return bytes;
  }

  private static PackRow packRow() {
    return new PackRow(
        PackKind.TREE,
        PackState.SHIPPING,
        0x00fedcba,
        77,
        0x0123456789L,
        12,
        1_795_000_000_000L,
        9,
        Optional.of(CodeParameters.of(200, 55)),
        204,
        true);
  }

  private static ShardRow shardRow() {
    SealedShard shard =
        new SealedShard(
            new ShardName(PACK, CodeParameters.of(4, 2), 5),
            HOLDER,
            new byte[0],
            new byte[300],
            new Digest(counting(32, 0x40)));
    return ShardRow.placed(1_795_000_000_000L, shard, new byte[] {1, 2, 3});
  }

  private static void assertGolden(String name, byte[] bytes) throws IOException {
    try (var in = PackRowTest.class.getResourceAsStream("/golden/packs/" + name + ".hex")) {
      String expected = new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
      assertEquals(expected, HexFormat.of().formatHex(bytes));
    }
  }

  @Test
  void rowsHaveTheBytesThatTheDocumentsSay() throws IOException {
    assertGolden("chunk-row", new ChunkRow(PACK, 1000, 2000, 3000).encode());
    assertGolden("pack-row-coded", packRow().encode());
    assertGolden(
        "pack-row-sealed",
        new PackRow(
                PackKind.DATA, PackState.SEALED, 4096, 1, 700, 1, 2, 3, Optional.empty(), 0, false)
            .encode());
    assertGolden("shard-row-pending", ShardRow.pending(HOLDER, 5).encode());
    assertGolden("shard-row-placed", shardRow().encode());
    assertGolden("shard-row-verified", shardRow().verified(0x1a1f0b2c3d4L).encode());
    assertArrayEquals(HexFormat.of().parseHex(PACK + "ff"), ShardRow.key(PACK, 255));
  }

  @Test
  void rowsAreReadAsTheyWereWritten() throws IOException {
    ChunkRow chunk = new ChunkRow(PACK, 1000, 2000, 3000);
    assertEquals(chunk, ChunkRow.decode(chunk.encode()));
    ChunkKey key = new ChunkKey(counting(32, 1));
    assertEquals(chunk, ChunkRow.of(chunk.ref(key)));
    for (PackState state : PackState.values()) {
      PackRow row = packRow().withState(state);
      assertEquals(row, PackRow.decode(row.encode()));
    }
    for (ShardState state : ShardState.values()) {
      ShardRow row = shardRow().withState(state, 8);
      assertEquals(row, ShardRow.decode(row.encode()));
      assertEquals(8, row.since());
    }
    ShardRow verified = ShardRow.decode(shardRow().verified(77).encode());
    assertEquals(77, verified.verifiedAt());
    assertEquals(shardRow().verified(77), verified);
    assertEquals(0, ShardRow.decode(shardRow().encode()).verifiedAt());
    assertEquals(0, verified.withState(ShardState.SUSPECT, 9).verifiedAt(), "it says nothing then");
  }

  @Test
  void rowsThatAreDamagedOrFromALaterVersionAreRefused() {
    refuses(new ChunkRow(PACK, 1, 2, 3).encode(), ChunkRow::decode);
    refuses(packRow().encode(), PackRow::decode);
    refuses(shardRow().encode(), ShardRow::decode);
    assertThrows(
        IOException.class, () -> ShardRow.decode(with(shardRow().verified(7).encode(), 0, 3)));
    byte[] pack = packRow().encode();
    assertThrows(IOException.class, () -> PackRow.decode(with(pack, 1, 9)), "kind");
    assertThrows(IOException.class, () -> PackRow.decode(with(pack, 2, 9)), "state");
    assertThrows(IOException.class, () -> PackRow.decode(with(pack, 3, 7)), "code");
    assertThrows(IOException.class, () -> PackRow.decode(with(pack, 4, 0)), "m");
    assertThrows(IOException.class, () -> ShardRow.decode(with(shardRow().encode(), 1, 9)));
  }

  private interface Decoder {
    Object decode(byte[] value) throws IOException;
  }

  private static void refuses(byte[] row, Decoder decoder) {
    assertThrows(IOException.class, () -> decoder.decode(with(row, 0, 2)), "version");
    assertThrows(IOException.class, () -> decoder.decode(Arrays.copyOf(row, row.length + 1)));
    for (int length = 0; length < row.length; length++) {
      byte[] cut = Arrays.copyOf(row, length);
      assertThrows(IOException.class, () -> decoder.decode(cut), length + " bytes");
    }
  }

  private static byte[] with(byte[] row, int at, int value) {
    byte[] changed = row.clone();
    changed[at] = (byte) value;
    return changed;
  }
}
