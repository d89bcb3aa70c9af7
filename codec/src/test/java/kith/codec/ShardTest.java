package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Layout, seals and hash trees of shards. */
final class ShardTest {
  @Test
  void anyRangeOfAPackIsReadFromTheBlocksThatTheLayoutNames() throws KithException {
    for (long seed = 1; seed <= 15; seed++) {
      RandomGenerator random = Seeded.random(seed);
      byte[] pack = Seeded.bytes(random, 1 + random.nextInt(900_000));
      CodeParameters code = CodeParameters.of(1 + random.nextInt(6), random.nextInt(3));
      ShardLayout layout = new ShardLayout(code, pack.length);
      byte[][] sealed = seal(code, pack);
      int from = random.nextInt(pack.length);
      int length = 1 + random.nextInt(pack.length - from);
      ByteArrayOutputStream read = new ByteArrayOutputStream();
      for (ShardLayout.Range range : layout.locate(from, length)) {
        int at = ShardLayout.sealedOffset(range.firstBlock());
        int count = layout.sealedLength(range.firstBlock(), range.blockCount());
        byte[] blocks = Arrays.copyOfRange(sealed[range.shard()], at, at + count);
        int plainLength = layout.plainLength(range.firstBlock(), range.blockCount());
        byte[] plain =
            sealer(code, range.shard()).openBlocks(range.firstBlock(), blocks, plainLength);
        read.write(plain, range.skip(), range.length());
      }
      byte[] expected = Arrays.copyOfRange(pack, from, from + length);
      assertArrayEquals(expected, read.toByteArray(), "seed " + seed);
    }
  }

  private static byte[][] seal(CodeParameters code, byte[] pack) {
    byte[][] shards = ErasureCode.of(code).encode(pack);
    for (int i = 0; i < shards.length; i++) {
      shards[i] = sealer(code, i).seal(shards[i]);
      assertEquals(new ShardLayout(code, pack.length).sealedLength(), shards[i].length);
    }
    return shards;
  }

  private static ShardSealer sealer(CodeParameters code, int index) {
    OwnerId owner = new OwnerId(new byte[32]);
    var name = new ShardName(new PackId(new byte[16]), code, index);
    return new ShardSealer(new byte[32], owner, owner, name);
  }

  @Test
  void layoutsHaveExactBlocks() {
    ShardLayout layout = new ShardLayout(CodeParameters.of(2, 1), 2 * ShardLayout.BLOCK + 1);
    assertEquals(ShardLayout.BLOCK + 1, layout.shardLength());
    assertEquals(2, layout.blocks());
    assertEquals(ShardLayout.SEALED_BLOCK + 17, layout.sealedLength());
    assertEquals(17, layout.sealedLength(1, 1));
    assertEquals(layout.sealedLength(), layout.sealedLength(0, 2));
    assertThrows(IndexOutOfBoundsException.class, () -> layout.plainLength(1, 2));
    assertThrows(IllegalArgumentException.class, () -> new ShardLayout(CodeParameters.of(1, 0), 0));
  }

  @Test
  void sealingIsDeterministicButDiffersByHolder() {
    CodeParameters code = CodeParameters.of(1, 1);
    byte[] plain = new byte[100];
    assertArrayEquals(sealer(code, 0).seal(plain), sealer(code, 0).seal(plain));
    byte[] other = new byte[32];
    other[31] = 1;
    var name = new ShardName(new PackId(new byte[16]), code, 0);
    var forOther =
        new ShardSealer(new byte[32], new OwnerId(new byte[32]), new OwnerId(other), name);
    assertFalse(Arrays.equals(sealer(code, 0).seal(plain), forOther.seal(plain)));
  }

  @Test
  void theTreeIsThatOfRfc6962() {
    String emptyRoot = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assertEquals(emptyRoot, MerkleTree.root(new byte[0]).toString());
    String oneLeaf = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    assertEquals(oneLeaf, MerkleTree.root(new byte[1]).toString());
    for (int blocks = 1; blocks <= 9; blocks++) {
      byte[] shard = shard(blocks);
      List<byte[]> leaves = new ArrayList<>();
      for (int i = 0; i < blocks; i++) {
        leaves.add(Sha256.of(prefixed(0, block(shard, i))));
      }
      String expected = HexFormat.of().formatHex(definition(leaves));
      assertEquals(expected, MerkleTree.root(shard).toString());
    }
  }

  /** MTH of RFC 6962, section 2.1. */
  private static byte[] definition(List<byte[]> leaves) {
    if (leaves.size() == 1) {
      return leaves.get(0);
    }
    int split = Integer.highestOneBit(leaves.size() - 1);
    byte[] left = definition(leaves.subList(0, split));
    byte[] right = definition(leaves.subList(split, leaves.size()));
    byte[] both = Arrays.copyOf(left, 64);
    System.arraycopy(right, 0, both, 32, 32);
    return Sha256.of(prefixed(1, both));
  }

  private static byte[] prefixed(int prefix, byte[] bytes) {
    byte[] all = new byte[bytes.length + 1];
    all[0] = (byte) prefix;
    System.arraycopy(bytes, 0, all, 1, bytes.length);
    return all;
  }

  @Test
  void everyBlockIsProvedByItsPathAndNoOther() {
    for (int blocks = 1; blocks <= 9; blocks++) {
      byte[] shard = shard(blocks);
      MerkleTree tree = tree(shard, 10_000);
      assertEquals(MerkleTree.root(shard), tree.root());
      assertEquals(blocks, tree.count());
      for (int i = 0; i < blocks; i++) {
        for (int claimed = -1; claimed <= blocks; claimed++) {
          var proof = new MerkleTree.Proof(blocks, claimed, block(shard, i), tree.path(i));
          assertEquals(claimed == i, MerkleTree.verify(tree.root(), proof), i + " of " + blocks);
        }
      }
    }
  }

  @Test
  void aProofWithALongerShorterOrOtherPathFails() {
    byte[] shard = shard(5);
    MerkleTree tree = tree(shard, 65_552);
    List<Digest> path = tree.path(2);
    List<Digest> longer = new ArrayList<>(path);
    longer.add(path.get(0));
    assertFalse(verify(tree, shard, longer));
    assertFalse(verify(tree, shard, path.subList(0, 2)));
    List<Digest> other = new ArrayList<>(path);
    other.set(0, path.get(1));
    assertFalse(verify(tree, shard, other));
    assertTrue(verify(tree, shard, path));
  }

  private static boolean verify(MerkleTree tree, byte[] shard, List<Digest> path) {
    return MerkleTree.verify(tree.root(), new MerkleTree.Proof(5, 2, block(shard, 2), path));
  }

  private static MerkleTree tree(byte[] shard, int step) {
    MerkleTree.Builder builder = new MerkleTree.Builder();
    for (int at = 0; at < shard.length; at += step) {
      builder.update(shard, at, Math.min(step, shard.length - at));
    }
    return builder.build();
  }

  /** That many blocks, the last a short one. */
  private static byte[] shard(int blocks) {
    return Seeded.bytes(Seeded.random(blocks), (blocks - 1) * ShardLayout.SEALED_BLOCK + 100);
  }

  private static byte[] block(byte[] shard, int index) {
    int from = ShardLayout.sealedOffset(index);
    return Arrays.copyOfRange(shard, from, Math.min(shard.length, from + ShardLayout.SEALED_BLOCK));
  }
}
