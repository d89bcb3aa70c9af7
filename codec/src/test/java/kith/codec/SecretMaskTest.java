package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class SecretMaskTest {
  private static final SecretBox.Cost CHEAP = new SecretBox.Cost(64, 1, 1);
  private static final SecretMask MASK = SecretMask.generate(new CountingRandom(), CHEAP);

  private static byte[] apply(SecretMask mask, byte[] secret, String passphrase) {
    try (var root = RootSecret.of(secret);
        var other = mask.apply(root, passphrase.toCharArray())) {
      return other.toBytes();
    }
  }

  private static byte[] secret() {
    byte[] secret = new byte[RootSecret.SIZE];
    Arrays.fill(secret, (byte) 7);
    return secret;
  }

  @Test
  void theSamePassphraseGivesTheSecretBackAndNoOtherDoes() {
    byte[] hidden = apply(MASK, secret(), "tulip");
    assertFalse(Arrays.equals(secret(), hidden));
    assertArrayEquals(secret(), apply(MASK, hidden, "tulip"));
    assertFalse(Arrays.equals(secret(), apply(MASK, hidden, "tulip ")));
  }

  @Test
  void aPassphraseIsTakenInItsComposedForm() {
    byte[] hidden = apply(MASK, secret(), "Zo\u00eb");
    assertArrayEquals(secret(), apply(MASK, hidden, "Zoe\u0308"));
  }

  @Test
  void everyMaskHidesInAnotherWay() {
    var random = new CountingRandom();
    var one = SecretMask.generate(random, CHEAP);
    var two = SecretMask.generate(random, CHEAP);
    assertNotEquals(one, two);
    assertFalse(Arrays.equals(apply(one, secret(), "tulip"), apply(two, secret(), "tulip")));
  }

  @Test
  void whatIsPrintedStaysReadable() throws CorruptDataException {
    assertEquals(MASK, SecretMask.parse(MASK.text()));
    assertEquals(MASK, SecretMask.parse(" " + MASK.text().toUpperCase(Locale.ROOT)));
    assertEquals(
        "ac209491",
        HexFormat.of().formatHex(apply(MASK, secret(), "tulip"), 0, 4),
        "the mask of version 1");
  }

  @Test
  void whatAsksForTooMuchOrIsDamagedIsRefused() {
    String salt = MASK.salt();
    for (String bad :
        List.of(
            "",
            "argon2id",
            "argon2id 64 1 1",
            "scrypt 64 1 1 " + salt,
            "argon2id 262145 1 1 " + salt,
            "argon2id 64 65 1 " + salt,
            "argon2id 64 1 17 " + salt,
            "argon2id 64 0 1 " + salt,
            "argon2id -64 1 1 " + salt,
            "argon2id 99999999999 1 1 " + salt,
            "argon2id 64 1 1 " + salt.substring(6),
            "argon2id 64 1 1 " + salt.replace(salt.charAt(0), 'U'))) {
      var refused = assertThrows(CorruptDataException.class, () -> SecretMask.parse(bad), bad);
      assertTrue(refused.getMessage().startsWith("'"), refused.getMessage());
    }
  }
}
