package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.crypto.AEADBadTagException;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** AWS-LC in place of Java's own ciphers: the same bytes, and the same refusals. */
class NativeCryptoTest {
  private static final List<Integer> LENGTHS =
      List.of(0, 1, 15, 16, 17, 4095, 4096, 4097, 7681, 65_536, 65_553, 1 << 20);

  private final Random random = new Random(1);
  private final SecretKeySpec key = Gcm.key(bytes(Gcm.KEY));
  private final byte[] nonce = bytes(Gcm.NONCE);

  @BeforeEach
  void install() {
    NativeCrypto.install();
    assertEquals("AmazonCorrettoCryptoProvider", Security.getProviders()[0].getName());
  }

  @AfterEach
  void remove() {
    NativeCrypto.remove();
    assertNotEquals("AmazonCorrettoCryptoProvider", Security.getProviders()[0].getName());
  }

  private byte[] bytes(int length) {
    byte[] made = new byte[length];
    random.nextBytes(made);
    return made;
  }

  @Test
  void oneOpensWhatTheOtherSealed() throws AEADBadTagException {
    for (int length : LENGTHS) {
      byte[] plain = bytes(length);
      Gcm ours = new Gcm();
      NativeCrypto.remove();
      Gcm javas = new Gcm();
      NativeCrypto.install();
      byte[] sealed = seal(ours, plain);
      assertArrayEquals(sealed, seal(javas, plain), length + " bytes");
      assertArrayEquals(plain, open(ours, sealed));
      assertArrayEquals(plain, open(javas, sealed));
    }
  }

  @Test
  void everyFlippedBitIsRefused() {
    byte[] sealed = seal(new Gcm(), bytes(40));
    Gcm gcm = new Gcm();
    for (int bit = 0; bit < sealed.length * 8; bit++) {
      byte[] flipped = sealed.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);
      assertThrows(AEADBadTagException.class, () -> open(gcm, flipped));
    }
    assertThrows(AEADBadTagException.class, () -> open(gcm, Arrays.copyOf(sealed, 15)));
  }

  @Test
  void theSameKeyAndNonceTwiceInARowAreRefused() {
    Gcm gcm = new Gcm();
    seal(gcm, bytes(10));
    assertThrows(IllegalStateException.class, () -> seal(gcm, bytes(10)));
  }

  @Test
  void digestsAndDerivedKeysAreTheSame() {
    for (int length : LENGTHS) {
      byte[] message = bytes(length);
      byte[] secret = bytes(32);
      byte[] sha = Sha256.of(message);
      byte[] derived = Hkdf.derive(secret, "label 1", message, 77);
      byte[] mac = Hkdf.mac(secret).doFinal(message);
      NativeCrypto.remove();
      assertArrayEquals(Sha256.of(message), sha);
      assertArrayEquals(Hkdf.derive(secret, "label 1", message, 77), derived);
      assertArrayEquals(Hkdf.mac(secret).doFinal(message), mac);
      NativeCrypto.install();
    }
  }

  @Test
  void chunksAreTheSame() throws CorruptDataException {
    byte[] raw = bytes(200_000);
    byte[] sealed;
    ChunkKey chunk;
    try (ChunkCodec codec = new ChunkCodec(new byte[32], new SecureRandom())) {
      chunk = codec.keyOf(raw, 0, raw.length);
      sealed = codec.seal(chunk, raw, 0, raw.length);
    }
    NativeCrypto.remove();
    try (ChunkCodec codec = new ChunkCodec(new byte[32], new SecureRandom())) {
      assertArrayEquals(raw, codec.open(chunk, sealed));
      assertEquals(chunk, codec.keyOf(raw, 0, raw.length));
    }
  }

  private byte[] seal(Gcm gcm, byte[] plain) {
    byte[] sealed = new byte[plain.length + Gcm.TAG];
    int written = gcm.encrypt(key, nonce, nonce).seal(Span.of(plain), sealed, 0);
    assertEquals(sealed.length, written);
    return sealed;
  }

  private byte[] open(Gcm gcm, byte[] sealed) throws AEADBadTagException {
    byte[] plain = new byte[sealed.length];
    int written = gcm.decrypt(key, nonce, nonce).open(Span.of(sealed), plain, 0);
    return Arrays.copyOf(plain, written);
  }
}
