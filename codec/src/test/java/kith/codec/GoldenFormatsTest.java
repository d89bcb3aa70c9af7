package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** What is stored today must be readable for ever, byte by byte as docs/formats/codec.md says. */
final class GoldenFormatsTest {
  private static final RootSecret ROOT = RootSecret.of(counting(32));
  private static final DriveKeys KEYS = DriveKeys.derive(ROOT);
  private static final byte[] TEXT =
      "to be or not to be, ".repeat(20).getBytes(StandardCharsets.UTF_8);

  @Test
  void keysFollowFromTheRootSecret() throws KithException {
    Golden.check("drive-keys", KEYS.toBytes());
    Golden.check("gear-key", KEYS.gear());
    assertEquals(KEYS, DriveKeys.ofBytes(Golden.read("drive-keys")));
    DriveKeys next = DriveKeys.derive(RootSecret.of(new byte[32])).after(KEYS);
    DriveKeys later = DriveKeys.derive(RootSecret.of(new byte[32])).after(next);
    DriveKeys spent = later.spending(generation -> generation == 0);
    Golden.check("drive-keys-3", spent.toBytes());
    assertEquals(spent, DriveKeys.ofBytes(Golden.read("drive-keys-3")));
  }

  @Test
  void theOwnerKeySignsTheSameForEver() {
    OwnerKey owner = OwnerKey.derive(ROOT);
    Golden.check("owner-public-key", owner.publicKey());
    Golden.check("owner-signature", owner.sign(TEXT));
    Golden.check("owner-id-text", owner.id().toString().getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void chunkKeysAndIds() {
    try (ChunkCodec codec = codec()) {
      ChunkKey key = codec.keyOf(TEXT, 0, TEXT.length);
      Golden.check("chunk-key", key.toBytes());
      Golden.check("chunk-id", ChunkCodec.idOf(key).toBytes());
    }
  }

  @Test
  void aChunkThatIsStoredRaw() throws KithException {
    try (ChunkCodec codec = codec()) {
      byte[] raw = counting(20);
      ChunkKey key = codec.keyOf(raw, 0, raw.length);
      Golden.check("chunk-record-raw", codec.seal(key, raw, 0, raw.length));
      assertArrayEquals(raw, codec.open(key, Golden.read("chunk-record-raw")));
    }
  }

  /** Another zstd may compress otherwise; it must still read this. */
  @Test
  void aChunkThatIsCompressed() throws KithException {
    try (ChunkCodec codec = codec()) {
      ChunkKey key = codec.keyOf(TEXT, 0, TEXT.length);
      if (Golden.read("chunk-record-zstd").length == 0) {
        Golden.check("chunk-record-zstd", codec.seal(key, TEXT, 0, TEXT.length));
      }
      assertArrayEquals(TEXT, codec.open(key, Golden.read("chunk-record-zstd")));
    }
  }

  @Test
  void aSaltedBox() throws KithException {
    byte[] box =
        new SaltedBox(new CountingRandom()).seal(counting(32), "head 1", counting(3), TEXT);
    Golden.check("salted-box", box);
    assertArrayEquals(TEXT, SaltedBox.open(counting(32), "head 1", counting(3), box));
  }

  @Test
  void aSecretUnderAPassphraseAndUnderAKeyFile() throws KithException {
    SecretBox box = new SecretBox(new CountingRandom(), new SecretBox.Cost(64, 2, 1));
    char[] passphrase = "pässword".toCharArray();
    Golden.check("secret-box-passphrase", box.wrap(counting(40), passphrase));
    Golden.check("secret-box-key-file", box.wrap(counting(40), counting(32)));
    byte[] stored = Golden.read("secret-box-passphrase");
    assertArrayEquals(counting(40), SecretBox.unwrap(stored, passphrase));
  }

  @Test
  void aPack() throws KithException {
    var builder = new PackBuilder(new PackId(counting(16)), PackKind.TREE, 0x0102030405060708L);
    builder.append(new ChunkId(counting(32)), Arrays.copyOf(TEXT, 100), 300);
    builder.append(new ChunkId(new byte[32]), Arrays.copyOf(TEXT, 41), 41);
    byte[] pack = builder.seal(KEYS.tree(), new CountingRandom());
    Golden.check("pack", pack);
    PackFooter footer = PackReader.open(Golden.read("pack"), KEYS.tree());
    assertEquals(new PackEntry(new ChunkId(new byte[32]), 132, 41, 41), footer.entries().get(1));
    assertEquals(0x0102030405060708L, footer.headGeneration());
    assertEquals(PackKind.TREE, footer.kind());
  }

  @Test
  void parityOfASmallPack() {
    byte[][] shards = ErasureCode.of(CodeParameters.of(4, 3)).encode(counting(30));
    Golden.check("shards-4+3", String.join("", hex(shards)).getBytes(StandardCharsets.US_ASCII));
  }

  private static String[] hex(byte[][] shards) {
    return Arrays.stream(shards)
        .map(shard -> java.util.HexFormat.of().formatHex(shard) + "\n")
        .toArray(String[]::new);
  }

  @Test
  void aSealedShardWithItsDescriptorAndRoot() throws KithException {
    OwnerId holder = new OwnerId(new byte[32]);
    var name = new ShardName(new PackId(counting(16)), CodeParameters.of(4, 2), 5);
    var sealer = new ShardSealer(KEYS.seal(), OwnerKey.derive(ROOT).id(), holder, name);
    byte[] plain = new byte[ShardLayout.BLOCK + 50];
    byte[] sealed = sealer.seal(plain);
    Golden.check(
        "shard-last-block", Arrays.copyOfRange(sealed, ShardLayout.SEALED_BLOCK, sealed.length));
    Golden.check("shard-merkle-root", MerkleTree.root(sealed).toBytes());
    var descriptor = new ShardDescriptor(PackKind.INDEX, 1_000_000, 42);
    Golden.check("shard-descriptor", sealer.sealDescriptor(descriptor));
    assertEquals(descriptor, sealer.openDescriptor(Golden.read("shard-descriptor")));
  }

  private static ChunkCodec codec() {
    return new ChunkCodec(KEYS.convergence(), new CountingRandom());
  }

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    new CountingRandom().nextBytes(bytes);
    return bytes;
  }
}
