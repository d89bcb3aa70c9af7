package kith.codec;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The readers of this module that others' bytes reach, those behind a decryption laid bare. */
public final class CodecTargets {
  private static final RootSecret ROOT = RootSecret.of(counting(32));
  private static final DriveKeys KEYS = DriveKeys.derive(ROOT);
  private static final PackId PACK = new PackId(counting(16));
  private static final ChunkKey CHUNK = new ChunkKey(counting(32));
  private static final ShardName SHARD = new ShardName(PACK, CodeParameters.of(4, 2), 5);

  private CodecTargets() {}

  public static List<FuzzTarget> all() {
    return Stream.concat(packed().stream(), texts().stream()).toList();
  }

  private static List<FuzzTarget> packed() {
    return List.of(
        FuzzTarget.of("shard-name", List.of(SHARD.toBytes()), ShardName::parse, ShardName::toBytes),
        FuzzTarget.of(
            "shard-descriptor",
            List.of(new ShardDescriptor(PackKind.INDEX, 1_000_000, 42).toBytes()),
            ShardDescriptor::parse,
            ShardDescriptor::toBytes),
        sealedDescriptor(),
        sealedBlocks(),
        packFooter(),
        new FuzzTarget(
            "pack",
            List.of(Golden.read("pack")),
            bytes -> PackReader.open(bytes, KEYS.tree()).entries()),
        packTrailer(),
        chunkRecord(),
        new FuzzTarget(
            "salted-box",
            List.of(new SaltedBox(new CountingRandom()).seal(KEYS.head(), "a", counting(50))),
            bytes -> SaltedBox.open(KEYS.head(), "a", bytes)),
        FuzzTarget.of(
            "drive-keys",
            List.of(Golden.read("drive-keys"), Golden.read("drive-keys-2")),
            DriveKeys::ofBytes,
            DriveKeys::toBytes));
  }

  private static List<FuzzTarget> texts() {
    return List.of(
        FuzzTarget.of(
            "owner-lineage",
            List.of(Golden.read("owner-lineage")),
            OwnerLineage::parse,
            OwnerLineage::toBytes),
        FuzzTarget.of(
            "owner-id",
            List.of(Golden.read("owner-id-text")),
            bytes -> OwnerId.parse(text(bytes)),
            id -> bytes(id.toString())),
        FuzzTarget.of(
            "checked-text",
            List.of(bytes(CheckedText.encode(counting(40)))),
            bytes -> CheckedText.decode(text(bytes)),
            bytes -> bytes(CheckedText.encode(bytes))),
        FuzzTarget.of(
            "kit-mask",
            List.of(bytes(SecretMask.generate(new CountingRandom(), SecretMask.COST).text())),
            bytes -> SecretMask.parse(text(bytes)),
            mask -> bytes(mask.text())),
        FuzzTarget.of(
            "kit-words",
            List.of(bytes(String.join(" ", ROOT.words()))),
            bytes -> RootSecret.ofWords(Arrays.asList(text(bytes).split(" "))),
            root -> bytes(String.join(" ", root.words()))));
  }

  private static ShardSealer sealer() {
    return new ShardSealer(
        KEYS.seal(), OwnerKey.derive(ROOT).id(), new OwnerId(new byte[32]), SHARD);
  }

  private static FuzzTarget sealedDescriptor() {
    ShardSealer sealer = sealer();
    byte[] seed = sealer.sealDescriptor(new ShardDescriptor(PackKind.DATA, 1000, 3));
    return FuzzTarget.of(
        "sealed-descriptor", List.of(seed), sealer::openDescriptor, sealer::sealDescriptor);
  }

  private static FuzzTarget sealedBlocks() {
    ShardSealer sealer = sealer();
    return new FuzzTarget(
        "sealed-blocks",
        List.of(sealer.seal(counting(100))),
        bytes -> sealer.openBlocks(0, bytes, 100));
  }

  private static FuzzTarget packFooter() {
    var entries =
        List.of(
            new PackEntry(new ChunkId(counting(32)), 32, 100, 300),
            new PackEntry(new ChunkId(new byte[32]), 132, 41, 41));
    var footer = new PackFooter(PACK, PackKind.TREE, 77, 0x12345678, entries);
    return FuzzTarget.of(
        "pack-footer",
        List.of(PackFormat.footer(footer)),
        bytes -> PackFormat.footer(PACK, bytes),
        PackFormat::footer);
  }

  private static FuzzTarget packTrailer() {
    byte[] pack = Golden.read("pack");
    return new FuzzTarget(
        "pack-trailer",
        List.of(Arrays.copyOfRange(pack, pack.length - PackFormat.TRAILER, pack.length)),
        bytes -> {
          PackReader.FooterPlace place = PackReader.footerPlace(bytes, pack.length);
          assertTrue(place.offset() + place.length() <= pack.length);
        });
  }

  /** The bytes below the encryption: method, length, and what zstd made. */
  private static FuzzTarget chunkRecord() {
    var codec = new ChunkCodec(KEYS.convergence(), new CountingRandom());
    byte[] raw = {0, 0, 0, 0, 3, 'a', 'b', 'c'};
    byte[] again =
        "again and again and again and again, ".repeat(9).getBytes(StandardCharsets.UTF_8);
    byte[] zstd = com.github.luben.zstd.Zstd.compress(again);
    byte[] packed =
        ByteBuffer.allocate(5 + zstd.length).put((byte) 1).putInt(again.length).put(zstd).array();
    return new FuzzTarget(
        "chunk-record", List.of(raw, packed), plain -> codec.openOwn(CHUNK, encrypted(plain)));
  }

  private static byte[] encrypted(byte[] plain) {
    byte[] none = new byte[0];
    byte[] nonce = new byte[Gcm.NONCE];
    byte[] key = Hkdf.derive(CHUNK.toBytes(), "chunk cipher 1", none, Gcm.KEY);
    byte[] stored = new byte[Gcm.NONCE + plain.length + Gcm.TAG];
    new Gcm().encrypt(Gcm.key(key), nonce, none).seal(Span.of(plain), stored, Gcm.NONCE);
    return stored;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] counting(int length) {
    byte[] bytes = new byte[length];
    new CountingRandom().nextBytes(bytes);
    return bytes;
  }
}
