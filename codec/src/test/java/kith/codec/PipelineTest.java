package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The whole way of the bytes, there and back. */
final class PipelineTest {
  private static final CodeParameters CODE = CodeParameters.of(4, 2);

  @Test
  void aChunkComesBackFromAnyFourOfSixPartners() throws KithException {
    RandomGenerator random = Seeded.random(1);
    DriveKeys keys = DriveKeys.derive(RootSecret.of(new byte[32]));
    OwnerId owner = new OwnerId(Seeded.bytes(random, 32));
    List<OwnerId> holders = new ArrayList<>();
    for (int i = 0; i < CODE.n(); i++) {
      holders.add(new OwnerId(Seeded.bytes(random, 32)));
    }
    byte[] raw = Seeded.bytes(random, 300_000);
    try (ChunkCodec codec = new ChunkCodec(keys.convergence(), new SecureRandom())) {
      ChunkKey key = codec.keyOf(raw, 0, raw.length);
      byte[] record = codec.seal(key, raw, 0, raw.length);
      var builder = new PackBuilder(new PackId(Seeded.bytes(random, 16)), PackKind.DATA, 7);
      assertTrue(builder.fits(record.length));
      int offset = builder.append(ChunkCodec.idOf(key), record, raw.length);
      byte[] pack = builder.seal(keys.tree(), new SecureRandom());
      PackEncoder encoder = new PackEncoder(keys, owner, random);
      List<SealedShard> shards = encoder.encode(pack, CODE, holders);
      ShardLayout layout = new ShardLayout(CODE, pack.length);
      byte[][] plain = new byte[CODE.n()][];
      for (int i : new int[] {0, 2, 4, 5}) {
        SealedShard shard = shards.get(i);
        assertEquals(layout.sealedLength(), shard.sealed().length);
        ShardSealer sealer = encoder.sealer(shard.name(), holders.get(i));
        plain[i] = sealer.openBlocks(0, shard.sealed(), layout.shardLength());
        ShardDescriptor told = sealer.openDescriptor(shard.descriptor());
        assertEquals(new ShardDescriptor(PackKind.DATA, pack.length, 7), told);
        assertEquals(MerkleTree.root(shard.sealed()), shard.merkleRoot());
      }
      byte[] decoded = ErasureCode.of(CODE).decode(plain, pack.length);
      PackEntry entry = PackReader.open(decoded, keys.tree()).entries().get(0);
      assertEquals(offset, entry.offset());
      assertArrayEquals(raw, codec.open(key, decoded, entry.offset(), entry.length()));
      SealedShard again = encoder.encodeOne(pack, CODE, 3, holders.get(3));
      assertArrayEquals(shards.get(3).sealed(), again.sealed());
    }
  }
}
