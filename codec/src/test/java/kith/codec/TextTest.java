package kith.codec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** What people read, print and type. */
final class TextTest {
  @Test
  void bytesOfAnyLengthComeBackFromTheirText() throws KithException {
    for (int length = 0; length < 80; length++) {
      byte[] bytes = Seeded.bytes(Seeded.random(length + 1), length);
      String text = CheckedText.encode(bytes);
      assertArrayEquals(bytes, CheckedText.decode(text), text);
      String typed =
          text.toLowerCase(Locale.ROOT).replace('-', ' ').replace('0', 'o').replace('1', 'l');
      assertArrayEquals(bytes, CheckedText.decode(typed), typed);
    }
  }

  @Test
  void everyWrongCharacterIsNoticedAndItsGroupNamed() {
    String text = CheckedText.encode(Seeded.bytes(Seeded.random(1), 32));
    for (int i = 0; i < text.length(); i++) {
      for (int c = 0; c < 32 && text.charAt(i) != '-'; c++) {
        String typed = text.substring(0, i) + Base32.character(c) + text.substring(i + 1);
        if (!typed.equals(text)) {
          assertNames(typed, "group " + (i / 6 + 1));
        }
      }
    }
  }

  @Test
  void everyTwoNeighboursSwappedAreNoticed() {
    String text = CheckedText.encode(Seeded.bytes(Seeded.random(2), 32)).replace("-", "");
    for (int i = 0; i + 1 < text.length(); i++) {
      String typed =
          text.substring(0, i) + text.charAt(i + 1) + text.charAt(i) + text.substring(i + 2);
      if (!typed.equals(text)) {
        assertThrows(CorruptDataException.class, () -> CheckedText.decode(typed), typed);
      }
    }
  }

  @Test
  void everyGroupLeftOutOrMovedIsNoticed() {
    List<String> groups =
        List.of(CheckedText.encode(Seeded.bytes(Seeded.random(3), 32)).split("-"));
    for (int i = 0; i < groups.size(); i++) {
      List<String> shorter = new ArrayList<>(groups);
      shorter.remove(i);
      assertThrows(CorruptDataException.class, () -> CheckedText.decode(String.join("-", shorter)));
      for (int j = 0; j < i; j++) {
        List<String> moved = new ArrayList<>(groups);
        Collections.swap(moved, i, j);
        assertThrows(CorruptDataException.class, () -> CheckedText.decode(String.join("-", moved)));
      }
    }
  }

  @Test
  void aCharacterOfNoCodeIsNamed() {
    assertNames("0000U", "'U'");
    assertNames("00000-0ä", "group 2");
  }

  @Test
  void anOwnerIdHasThirteenGroupsOfFive() throws KithException {
    OwnerId id = new OwnerId(Seeded.bytes(Seeded.random(4), 32));
    assertTrue(id.toString().matches("([0-9A-Z]{5}-){12}[0-9A-Z]{5}"), id.toString());
    assertEquals(id, OwnerId.parse(id.toString()));
    assertTrue(id.toString().startsWith(id.brief()));
    String shorter = CheckedText.encode(new byte[31]);
    assertThrows(CorruptDataException.class, () -> OwnerId.parse(shorter));
  }

  private static void assertNames(String typed, String named) {
    var e = assertThrows(CorruptDataException.class, () -> CheckedText.decode(typed), typed);
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }

  @Test
  void wordsAreThoseOfBip39() throws KithException {
    String sausage = "legal winner thank year wave sausage worth useful ";
    assertWords("00", "abandon ".repeat(23) + "art");
    assertWords("7f", sausage + sausage + sausage.replace("useful ", "title"));
    assertWords("ff", "zoo ".repeat(23) + "vote");
  }

  private static void assertWords(String octet, String words) throws KithException {
    byte[] secret = HexFormat.of().parseHex(octet.repeat(32));
    assertEquals(words, String.join(" ", RootSecret.of(secret).words()));
    List<String> typed = Arrays.asList(words.toUpperCase(Locale.ROOT).split(" "));
    assertArrayEquals(secret, RootSecret.ofWords(typed).toBytes());
  }

  @Test
  void aWordThatIsNotInTheListIsNamedWithItsPlace() {
    List<String> words = new ArrayList<>(RootSecret.of(new byte[32]).words());
    words.set(6, "abandom");
    var e = assertThrows(WrongKeyException.class, () -> RootSecret.ofWords(words));
    assertEquals("word 7, 'abandom', is not in the list ('abandon' is)", e.getMessage());
  }

  @Test
  void wordsOutOfPlaceBreakTheChecksum() {
    List<String> words = new ArrayList<>(RootSecret.of(Seeded.bytes(Seeded.random(5), 32)).words());
    Collections.swap(words, 3, 9);
    var e = assertThrows(WrongKeyException.class, () -> RootSecret.ofWords(words));
    assertTrue(e.getMessage().contains("checksum"), e.getMessage());
    words.remove(0);
    assertThrows(WrongKeyException.class, () -> RootSecret.ofWords(words));
  }

  @Test
  void aWipedRootSecretIsOfNoUse() {
    RootSecret root = RootSecret.of(new byte[32]);
    root.close();
    assertThrows(IllegalStateException.class, root::words);
    assertFalse(root.toString().contains("0"));
  }

  @Test
  void aLineIsKnownByItsCheckCode() {
    String line = "partner Zoë 192.0.2.1:7462";
    String code = LineCheck.of(line);
    assertEquals(LineCheck.LENGTH, code.length());
    assertTrue(
        LineCheck.verify("  partner  zoe\u0308 192.0.2.1:7462 ", code.toLowerCase(Locale.ROOT)));
    assertFalse(LineCheck.verify("partner Zoë 192.0.2.1:7463", code));
    assertFalse(LineCheck.verify(line, code.substring(1)));
    assertFalse(LineCheck.verify(line, "!!!!"));
  }
}
