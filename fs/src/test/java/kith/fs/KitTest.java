package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import kith.codec.CheckedText;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;
import kith.codec.SecretBox;
import kith.codec.SecretMask;
import kith.codec.WrongKeyException;
import kith.peer.Contact;
import kith.peer.NodeAddress;
import org.junit.jupiter.api.Test;

class KitTest {
  private static final Kit KIT = kit(7, 3);
  private static final String PAGE = KitText.of(KIT);
  private static final String PASSPHRASE = "tulip";

  /** A kit that follows from the seed. */
  static Kit kit(long seed, int partnerCount) {
    var random = new Random(seed);
    byte[] secret = new byte[RootSecret.SIZE];
    random.nextBytes(secret);
    var partners = new ArrayList<KitPartner>();
    for (int p = 0; p < partnerCount; p++) {
      int i = p;
      byte[] id = new byte[OwnerId.SIZE];
      random.nextBytes(id);
      partners.add(
          new KitPartner(
              new OwnerId(id),
              i % 2 == 0 ? "Zoë's cellar = " + i : "",
              IntStream.range(0, i % 3 + 1)
                  .mapToObj(a -> new NodeAddress(a == 1 ? "2001:db8::" + i : "host" + a, 7470 + i))
                  .toList()));
    }
    try (var root = RootSecret.of(secret)) {
      return Kit.of(root, LocalDate.of(2026, 11, 21), CodeParameters.of(4, 2), partners);
    }
  }

  /** A kit that wants a passphrase, with a broker and with a name that no printer has. */
  static Kit masked() {
    var plain = kit(7, 2);
    var mask = new SecretMask(new SecretBox.Cost(64, 1, 1), CheckedText.encode(new byte[16]));
    var partners = new ArrayList<>(plain.partners());
    partners.set(1, new KitPartner(partners.get(1).owner(), "\u5f20\u4f1f", List.of()));
    var broker =
        new Contact(partners.get(0).owner(), List.of(new NodeAddress("broker.example", 5485)));
    try {
      return plain.naming(partners, List.of(broker)).masked(mask, PASSPHRASE.toCharArray());
    } catch (WrongKeyException e) {
      throw new AssertionError(e);
    }
  }

  private static String refusal(String page) {
    return assertThrows(WrongKeyException.class, () -> KitParser.parse(page), page).getMessage();
  }

  private static List<String> dataLines(String page) {
    return page.lines().filter(line -> line.matches("K\\d\\d.*")).toList();
  }

  @Test
  void afterARekeyTheLineageIsOnThePage() throws Exception {
    RootSecret former = RootSecret.of(new byte[RootSecret.SIZE]);
    byte[] bytes = new byte[RootSecret.SIZE];
    bytes[0] = 1;
    RootSecret root = RootSecret.of(bytes);
    OwnerKey first = OwnerKey.derive(former);
    OwnerKey key = first.rekey(root, Instant.EPOCH, message -> new byte[64]);
    Kit kit =
        Kit.of(root, key, LocalDate.of(2026, 11, 30), CodeParameters.of(4, 2))
            .naming(KIT.partners(), KIT.brokers());
    String page = KitText.of(kit);
    assertEquals(kit, KitParser.parse(page));
    assertEquals(kit, KitParser.parse(String.join("\n", KitText.lines(kit))));
    assertTrue(page.contains("kith-kit 3"), page);
    assertEquals(first.id(), kit.owner());
    assertEquals(root.words(), kit.secret().words());
    Kit old = Kit.of(former, kit.created(), kit.code(), kit.partners());
    Kit mixed =
        new Kit(
            kit.owner(),
            kit.created(),
            kit.code(),
            old.words(),
            kit.mask(),
            kit.partners(),
            kit.brokers(),
            kit.lineage());
    String refused = refusal(KitText.of(mixed));
    assertTrue(refused.contains("don't belong together"), refused);
    var mask = new SecretMask(new SecretBox.Cost(64, 1, 1), CheckedText.encode(new byte[16]));
    Kit masked = kit.masked(mask, PASSPHRASE.toCharArray());
    Kit read = KitParser.parse(KitText.of(masked));
    assertEquals(kit, read.opened(PASSPHRASE.toCharArray()));
    assertThrows(WrongKeyException.class, () -> read.opened("rose".toCharArray()));
  }

  @Test
  void whatIsPrintedIsReadBack() throws WrongKeyException {
    for (int seed = 0; seed < 20; seed++) {
      var kit = kit(seed, seed);
      assertEquals(kit, KitParser.parse(KitText.of(kit)), "seed " + seed);
    }
  }

  @Test
  void theDataLinesAloneAreEnough() throws WrongKeyException {
    assertEquals(KIT, KitParser.parse(String.join("\r\n", dataLines(PAGE))));
  }

  @Test
  void capitalsGapsAndOrderDoNotMatter() throws WrongKeyException {
    var lines = new ArrayList<>(dataLines(PAGE));
    java.util.Collections.reverse(lines);
    String typed = String.join("\n", lines).replaceAll(" +", "  \t ").replace("= ", "=").indent(3);
    assertEquals(KIT.words(), KitParser.parse(typed.toUpperCase(Locale.ROOT)).words());
    assertEquals(KIT.owner(), KitParser.parse(typed.toLowerCase(Locale.ROOT)).owner());
  }

  @Test
  void everyChangedCharacterIsFoundInItsLine() {
    for (String line : dataLines(PAGE)) {
      for (int at = 3; at < line.length(); at++) {
        char old = line.charAt(at);
        if (old == ' ' || old == '=') {
          continue;
        }
        char other = old == '8' ? '9' : '8';
        String damaged = line.substring(0, at) + other + line.substring(at + 1);
        String message = refusal(PAGE.replace(line, damaged));
        assertTrue(message.contains(line.substring(0, 3)), damaged + ": " + message);
      }
    }
  }

  @Test
  void everyWordThatIsInNoListIsNamed() {
    for (int i = 0; i < KIT.words().size(); i++) {
      String message = refusal(PAGE.replace(wordsLine(i), replaceWord(i, "kithy")));
      assertTrue(message.contains("word " + (i + 1) + ", 'kithy', is not in the list"), message);
      assertTrue(message.contains("line K0" + (6 + i / 6)), message);
      assertFalse(message.contains("mistyped"), message);
    }
  }

  @Test
  void everyWordTakenForAnotherOfTheListIsFoundByItsLine() {
    for (int i = 0; i < KIT.words().size(); i++) {
      String other = KIT.words().get(i).equals("zoo") ? "zone" : "zoo";
      String message = refusal(PAGE.replace(wordsLine(i), replaceWord(i, other)));
      assertTrue(message.contains("line K0" + (6 + i / 6) + " is mistyped"), message);
    }
  }

  @Test
  void aWordThatFitsItsLineIsFoundByTheChecksum() {
    var words = new ArrayList<>(KIT.words());
    words.set(5, words.get(5).equals("zoo") ? "zone" : "zoo");
    var line = KitLine.of(6, "words", String.join(" ", words.subList(0, 6)));
    String message = refusal(PAGE.replace(wordsLine(0), line.toString()));
    assertTrue(message.contains("checksum is off"), message);
  }

  @Test
  void wordsOfAnotherDriveAreRefused() {
    String page = PAGE;
    var other = dataLines(KitText.of(kit(8, 3)));
    for (int i = 5; i < 9; i++) {
      page = page.replace(dataLines(PAGE).get(i), other.get(i));
    }
    assertTrue(refusal(page).contains("another drive"));
  }

  @Test
  void everyMissingLineIsNamed() {
    for (String line : dataLines(PAGE)) {
      String message = refusal(PAGE.replace(line + "\n", ""));
      boolean last = line.contains(" end ");
      String expected =
          last ? "the kit is cut off" : "line " + line.substring(0, 3) + " is missing";
      assertTrue(message.contains(expected), message);
    }
  }

  @Test
  void aKitCutOffAnywhereIsRefused() throws WrongKeyException {
    int end = PAGE.indexOf('\n', PAGE.indexOf(" end "));
    for (int length = 0; length < end; length++) {
      String message = refusal(PAGE.substring(0, length));
      boolean named = message.contains("cut off") || message.contains("this is no kit");
      assertTrue(named, length + ": " + message);
    }
    assertEquals(KIT, KitParser.parse(PAGE.substring(0, end)));
  }

  @Test
  void aLineThatIsThereTwiceMayOnlyBeTheSame() throws WrongKeyException {
    String line = dataLines(PAGE).get(2);
    assertEquals(KIT, KitParser.parse(PAGE + line));
    String message = refusal(PAGE + KitLine.of(3, "code", "5+2"));
    assertTrue(message.contains("line K03 is there twice"), message);
  }

  @Test
  void aNewerKitSaysSo() {
    String newer = PAGE.replace(dataLines(PAGE).get(0), KitLine.of(1, "kith-kit", "4").toString());
    assertTrue(refusal(newer).contains("line K01: this kit is of version 4"), refusal(newer));
  }

  @Test
  void linesThatChangedPlacesAreBothNamed() {
    var lines = dataLines(PAGE);
    for (int i = 0; i + 1 < lines.size(); i++) {
      String one = lines.get(i);
      String two = lines.get(i + 1);
      String swapped =
          PAGE.replace(one, "@")
              .replace(two, two.substring(0, 3) + one.substring(3))
              .replace("@", one.substring(0, 3) + two.substring(3));
      String message = refusal(swapped);
      for (String line : List.of(one, two)) {
        boolean named = message.contains("line " + line.substring(0, 3));
        boolean counts = line.contains(" end ") && message.contains("the kit is cut off");
        assertTrue(named || counts, line + ": " + message);
      }
    }
  }

  @Test
  void linesOfAnotherKitAreNamed() {
    var other = dataLines(KitText.of(kit(8, 3)));
    for (int i = 3; i < 9; i++) {
      String mixed = PAGE.replace(dataLines(PAGE).get(i), other.get(i));
      String lines = "lines K04, K05, K06, K07, K08, K09 don't belong together";
      assertTrue(refusal(mixed).contains(lines), refusal(mixed));
      String both = PAGE + other.get(i);
      assertTrue(refusal(both).contains("line K0" + (i + 1) + " is there twice"), refusal(both));
    }
  }

  @Test
  void everyCheckCodeIsAsked() {
    for (String line : dataLines(PAGE)) {
      String wrong = line.substring(0, line.length() - 4) + "0000";
      String message = refusal(PAGE.replace(line, wrong));
      String named = "line " + line.substring(0, 3) + " is mistyped, or its check code '0000' is";
      assertTrue(message.contains(named), message);
      String without = line.substring(0, line.lastIndexOf('='));
      message = refusal(PAGE.replace(line, without));
      boolean hasSign = without.contains("=");
      assertTrue(message.contains("line " + line.substring(0, 3)), message);
      assertTrue(hasSign || message.contains("no check code after an = sign"), message);
    }
  }

  @Test
  void aKitWithAPassphraseOpensWithItAlone() throws WrongKeyException {
    var kit = KitParser.parse(KitText.of(masked()));
    assertEquals(masked(), kit);
    var refused = assertThrows(WrongKeyException.class, kit::secret);
    assertTrue(refused.getMessage().contains("without its passphrase"), refused.getMessage());
    for (String wrong : List.of("Tulip", "")) {
      var message =
          assertThrows(WrongKeyException.class, () -> kit.opened(wrong.toCharArray())).getMessage();
      assertTrue(message.contains("passphrase of this kit is another one"), message);
    }
    var opened = kit.opened(PASSPHRASE.toCharArray());
    assertEquals(KIT.words(), opened.words());
    assertEquals(kit.partners(), opened.partners());
    assertEquals(kit.brokers(), opened.brokers());
    opened.secret().close();
  }

  @Test
  void thePassphraseAndTheVersionGoTogether() {
    String page = KitText.of(masked());
    String first = dataLines(page).get(0);
    String claims = page.replace(first, KitLine.of(1, "kith-kit", "1").toString());
    assertTrue(refusal(claims).contains("contradicts itself"), refusal(claims));
    String lacks = PAGE.replace(dataLines(PAGE).get(0), KitLine.of(1, "kith-kit", "2").toString());
    assertTrue(refusal(lacks).contains("contradicts itself"), refusal(lacks));
    String asks =
        page.replace(
            dataLines(page).get(9),
            KitLine.of(
                    10, "passphrase", masked().mask().orElseThrow().text().replace("64", "9999999"))
                .toString());
    assertTrue(refusal(asks).contains("contradicts itself"), refusal(asks));
  }

  @Test
  void aKitWithAPassphraseIsAsOnTheDayItWasPrinted() throws IOException {
    assertEquals(golden("kit-2.txt"), KitText.of(masked()));
  }

  @Test
  void tagsOfALaterPrintingAreLeftAside() throws WrongKeyException {
    var lines = new ArrayList<>(dataLines(PAGE));
    int last = lines.size();
    lines.set(last - 1, KitLine.of(last, "broker", "example.org:7480").toString());
    lines.add(KitLine.of(last + 1, "end", String.valueOf(last + 1)).toString());
    assertEquals(KIT, KitParser.parse(String.join("\n", lines)));
  }

  @Test
  void otherFilesAreNoKits() {
    assertTrue(refusal("").contains("this is no kit"));
    assertTrue(refusal("K".repeat(2_000_000)).contains("one page"));
    assertTrue(refusal("K9999 end 3 = AAAA").contains("and "), "bounded");
  }

  @Test
  void thePageIsAsOnTheDayItWasPrinted() throws IOException {
    assertEquals(golden("kit-1.txt"), PAGE);
  }

  @Test
  void thePagePrintsOnPaper() {
    PAGE.lines().forEach(line -> assertTrue(line.length() <= 100, line));
    assertFalse(KIT.toString().contains(KIT.words().get(0)), "logs must not have the secret");
  }

  static String golden(String name) throws IOException {
    try (var in = KitTest.class.getResourceAsStream("/golden/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String wordsLine(int word) {
    return dataLines(PAGE).get(5 + word / KitLines.WORDS_PER_LINE);
  }

  /** The line with one word changed and its check code as printed. */
  private static String replaceWord(int word, String other) {
    String[] parts = wordsLine(word).split(" +");
    parts[2 + word % KitLines.WORDS_PER_LINE] = other;
    return String.join(" ", parts);
  }
}
