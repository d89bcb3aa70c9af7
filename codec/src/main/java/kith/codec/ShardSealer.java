package kith.codec;

import java.nio.ByteBuffer;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.SecretKeySpec;

/**
 * The second encryption: seals one shard, block by block, for the one partner that holds it. No
 * partner can make another's blocks from its own, and a block's tag is what audits check. Safe for
 * any number of threads.
 *
 * <p>AES-256-GCM; key = HKDF(seal secret, "shard seal 1", names), nonce = block index (96 bits),
 * associated data = names | block index u32; names = owner id 32 | holder's id 32 | shard name 20.
 * The descriptor is block 2^32-1.
 */
public final class ShardSealer {
  private static final int DESCRIPTOR = -1;
  private static final int NAMES = 2 * OwnerId.SIZE + ShardName.SIZE;

  private final SecretKeySpec key;
  private final byte[] names;
  private final ShardName shard;

  /**
   * @param sealSecret 32 bytes
   * @param owner whose shard it is
   * @param holder who will hold it
   */
  public ShardSealer(byte[] sealSecret, OwnerId owner, OwnerId holder, ShardName shard) {
    this.shard = shard;
    names = new byte[NAMES];
    owner.copyTo(names, 0);
    holder.copyTo(names, OwnerId.SIZE);
    System.arraycopy(shard.toBytes(), 0, names, 2 * OwnerId.SIZE, ShardName.SIZE);
    key = Gcm.key(Hkdf.derive(sealSecret, "shard seal 1", names, Gcm.KEY));
  }

  public ShardName shard() {
    return shard;
  }

  /** All sealed blocks of a shard, one after the other. Deterministic. */
  public byte[] seal(byte[] plain) {
    return seal(Span.of(plain));
  }

  byte[] seal(Span plain) {
    int blocks = (plain.length() + ShardLayout.BLOCK - 1) / ShardLayout.BLOCK;
    byte[] sealed = new byte[plain.length() + blocks * ShardLayout.SEAL];
    Gcm gcm = new Gcm();
    for (int block = 0, at = 0; block < blocks; block++) {
      int from = block * ShardLayout.BLOCK;
      int length = Math.min(ShardLayout.BLOCK, plain.length() - from);
      gcm.encrypt(key, nonce(block), associated(block));
      at += gcm.seal(new Span(plain.array(), plain.offset() + from, length), sealed, at);
    }
    return sealed;
  }

  /**
   * Opens consecutive blocks.
   *
   * @param firstBlock index of the first
   * @param sealed nothing but these blocks, one after the other
   * @param plainLength bytes that they have without seals, from {@link ShardLayout#plainLength}
   * @throws CorruptDataException if they are not these blocks of this shard, sealed for this holder
   */
  public byte[] openBlocks(int firstBlock, byte[] sealed, int plainLength)
      throws CorruptDataException {
    int blocks = (plainLength + ShardLayout.BLOCK - 1) / ShardLayout.BLOCK;
    if (sealed.length != plainLength + blocks * ShardLayout.SEAL) {
      throw new CorruptDataException(
          blocks + " blocks of " + shard + " came as " + sealed.length + " bytes");
    }
    byte[] plain = new byte[plainLength];
    Gcm gcm = new Gcm();
    for (int i = 0; i < blocks; i++) {
      int from = i * ShardLayout.SEALED_BLOCK;
      Span block = new Span(sealed, from, Math.min(ShardLayout.SEALED_BLOCK, sealed.length - from));
      open(gcm, firstBlock + i, block, plain);
    }
    return plain;
  }

  private void open(Gcm gcm, int block, Span sealed, byte[] plain) throws CorruptDataException {
    int at = sealed.offset() / ShardLayout.SEALED_BLOCK * ShardLayout.BLOCK;
    try {
      gcm.decrypt(key, nonce(block), associated(block)).open(sealed, plain, at);
    } catch (AEADBadTagException e) {
      String what = block == DESCRIPTOR ? "the descriptor" : "block " + block;
      throw new CorruptDataException("the seal of " + what + " of " + shard + " is broken", e);
    }
  }

  /** {@value ShardDescriptor#SEALED_SIZE} bytes, always the same for the same descriptor. */
  public byte[] sealDescriptor(ShardDescriptor descriptor) {
    byte[] sealed = new byte[ShardDescriptor.SEALED_SIZE];
    new Gcm()
        .encrypt(key, nonce(DESCRIPTOR), associated(DESCRIPTOR))
        .seal(Span.of(descriptor.toBytes()), sealed, 0);
    return sealed;
  }

  /**
   * @throws CorruptDataException if it is not the descriptor of this shard, sealed for this holder
   */
  public ShardDescriptor openDescriptor(byte[] sealed) throws CorruptDataException {
    if (sealed.length != ShardDescriptor.SEALED_SIZE) {
      throw new CorruptDataException("a descriptor of " + sealed.length + " bytes");
    }
    byte[] plain = new byte[ShardDescriptor.SEALED_SIZE - Gcm.TAG];
    open(new Gcm(), DESCRIPTOR, Span.of(sealed), plain);
    return ShardDescriptor.parse(plain);
  }

  private static byte[] nonce(int block) {
    return ByteBuffer.allocate(Gcm.NONCE).putInt(Gcm.NONCE - 4, block).array();
  }

  private byte[] associated(int block) {
    return ByteBuffer.allocate(NAMES + 4).put(names).putInt(block).array();
  }
}
