package kith.fs.print;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.zxing.BinaryBitmap;
import com.google.zxing.DecodeHintType;
import com.google.zxing.LuminanceSource;
import com.google.zxing.RGBLuminanceSource;
import com.google.zxing.common.HybridBinarizer;
import com.google.zxing.qrcode.QRCodeReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import kith.codec.CheckedText;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.OwnerLineage;
import kith.codec.RootSecret;
import kith.codec.SecretBox;
import kith.codec.SecretMask;
import kith.fs.Kit;
import kith.fs.KitParser;
import kith.fs.KitPartner;
import kith.peer.Contact;
import kith.peer.NodeAddress;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.rendering.PDFRenderer;
import org.apache.pdfbox.text.PDFTextStripper;
import org.junit.jupiter.api.Test;

class KitPrintTest {
  private static final char[] PASSPHRASE = "tulip".toCharArray();

  /** Names that a partner may give himself. */
  private static final List<String> HOSTILE =
      List.of(
          "Zoë's cellar = 7",
          "张伟的电脑",
          "🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊🦊",
          "e\u0301\u202e txt.exe\u00ad",
          "</pre><script>alert(1)</script>",
          "&lt; Bo & Ann &amp;",
          "K09 words abandon = AAAA",
          "\nK01 kith-kit 9 = AAAA",
          "a\\u{41} \\U{5C} \\u{FFFFFF} \\",
          "(tj) \\) ET",
          "LINES ENDING CODE",
          "\u0000\u0007\ud800 half");

  private static Kit kit(List<String> names, int addresses, int brokers) throws Exception {
    var random = new Random(5);
    byte[] secret = new byte[RootSecret.SIZE];
    random.nextBytes(secret);
    try (var root = RootSecret.of(secret)) {
      var partners = new ArrayList<KitPartner>();
      for (String name : names) {
        partners.add(new KitPartner(owner(random), name, addresses(addresses)));
      }
      return Kit.of(root, LocalDate.of(2026, 11, 21), CodeParameters.of(4, 2), partners)
          .naming(
              partners,
              IntStream.range(0, brokers)
                  .mapToObj(i -> new Contact(owner(random), addresses(1)))
                  .toList());
    }
  }

  private static OwnerId owner(Random random) {
    byte[] id = new byte[OwnerId.SIZE];
    random.nextBytes(id);
    return new OwnerId(id);
  }

  private static List<NodeAddress> addresses(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new NodeAddress(i == 1 ? "2001:db8:1:2::30" : "198.51.100." + i, 5484))
        .toList();
  }

  private static Kit masked(Kit kit) throws Exception {
    var cheap = new SecretBox.Cost(64, 1, 1);
    return kit.masked(new SecretMask(cheap, CheckedText.encode(new byte[16])), PASSPHRASE);
  }

  /** The page's text, after checking that it is one page whose marks are all on paper. */
  private static String text(byte[] pdf) throws IOException {
    try (PDDocument document = Loader.loadPDF(pdf)) {
      assertEquals(1, document.getNumberOfPages());
      var sheet = document.getPage(0).getMediaBox();
      assertTrue(sheet.getWidth() <= Math.min(595.5, PDRectangle.LETTER.getWidth()), "too wide");
      assertTrue(sheet.getHeight() <= Math.min(842, PDRectangle.LETTER.getHeight()), "too high");
      assertWithinMargins(new PDFRenderer(document).renderImageWithDPI(0, 72));
      return new PDFTextStripper().getText(document);
    }
  }

  private static void assertWithinMargins(BufferedImage image) {
    int margin = 30;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++) {
        boolean inside =
            x >= margin
                && x < image.getWidth() - margin
                && y >= margin
                && y < image.getHeight() - margin;
        assertTrue(inside || (image.getRGB(x, y) & 0xffffff) == 0xffffff, x + "," + y);
      }
    }
  }

  private static String scan(byte[] pdf) throws Exception {
    BufferedImage image;
    try (PDDocument document = Loader.loadPDF(pdf)) {
      image = new PDFRenderer(document).renderImageWithDPI(0, 200);
    }
    int width = image.getWidth();
    int height = image.getHeight();
    return read(
        new RGBLuminanceSource(width, height, image.getRGB(0, 0, width, height, null, 0, width)));
  }

  private static String read(LuminanceSource source) throws Exception {
    return new QRCodeReader()
        .decode(
            new BinaryBitmap(new HybridBinarizer(source)),
            Map.of(DecodeHintType.TRY_HARDER, Boolean.TRUE))
        .getText();
  }

  @Test
  void aSheetOfPdfSaysTheSameAsTheKit() throws Exception {
    for (String name : HOSTILE) {
      var kit = kit(List.of(name, "Bo"), 2, 1);
      assertEquals(kit, KitParser.parse(text(KitPdf.of(kit))), name);
      assertEquals(masked(kit), KitParser.parse(text(KitPdf.of(masked(kit)))), name);
    }
  }

  @Test
  void aWebPageSaysTheSameAsTheKit() throws Exception {
    for (String name : HOSTILE) {
      var kit = kit(List.of(name, "Bo"), 2, 1);
      String html = KitHtml.of(kit);
      assertEquals(kit, KitParser.parse(KitHtml.text(html)), name);
      String saved = html.replaceAll("(<pre[^>]*>)\n", "$1"); // as a browser writes it
      assertEquals(kit, KitParser.parse(KitHtml.text(saved)), name);
      assertFalse(html.contains("<script"), "a name must not become a part of the page");
      assertFalse(Pattern.compile("(src|href)=").matcher(html).find(), "needs nothing else");
    }
  }

  @Test
  void whatAPhoneScansIsAKit() throws Exception {
    for (int partners : new int[] {0, 1, 2, 30}) {
      for (var kit : List.of(kit(names(partners), 3, 1), masked(kit(names(partners), 3, 1)))) {
        var scanned = KitParser.parse(scan(KitPdf.of(kit)));
        assertEquals(kit.words(), scanned.words());
        assertEquals(kit.mask(), scanned.mask());
        assertEquals(kit.owner(), scanned.owner());
        assertEquals(Math.min(partners, 2), Math.min(scanned.partners().size(), 2));
      }
    }
  }

  @Test
  void afterARekeyTheSquareHasPartnersToo() throws Exception {
    byte[] bytes = new byte[RootSecret.SIZE];
    OwnerKey key = OwnerKey.derive(RootSecret.of(bytes));
    for (int rekeys = 1; rekeys <= OwnerLineage.MAX_REKEYS; rekeys++) {
      bytes[0] = (byte) rekeys;
      RootSecret root = RootSecret.of(bytes);
      key = key.rekey(root, Instant.EPOCH, message -> new byte[64]);
      Kit page = kit(names(9), 2, 1);
      Kit kit =
          Kit.of(root, key, page.created(), page.code()).naming(page.partners(), page.brokers());
      byte[] pdf = KitPdf.of(kit);
      assertEquals(key.lineage(), KitParser.parse(text(pdf)).lineage());
      Kit scanned = KitParser.parse(scan(pdf));
      assertEquals(kit.words(), scanned.words());
      assertEquals(key.lineage(), scanned.lineage());
      assertTrue(scanned.partners().size() >= 3 - rekeys, rekeys + ": " + scanned);
    }
  }

  private static List<String> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "partner " + i).toList();
  }

  @Test
  void theCodeOnTheWebPageIsThatOfThePdf() throws Exception {
    var kit = kit(List.of("Bo"), 2, 0);
    String html = KitHtml.of(kit);
    var view = Pattern.compile("viewBox=\"0 0 (\\d+) ").matcher(html);
    assertTrue(view.find());
    int dot = 4;
    int side = (Integer.parseInt(view.group(1)) + 8) * dot;
    int[] pixels = new int[side * side];
    java.util.Arrays.fill(pixels, 0xffffff);
    var run = Pattern.compile("M(\\d+) (\\d+)h(\\d+)v1h").matcher(html);
    while (run.find()) {
      int left = (Integer.parseInt(run.group(1)) + 4) * dot;
      int top = (Integer.parseInt(run.group(2)) + 4) * dot;
      for (int y = top; y < top + dot; y++) {
        java.util.Arrays.fill(
            pixels, y * side + left, y * side + left + Integer.parseInt(run.group(3)) * dot, 0);
      }
    }
    String read = read(new RGBLuminanceSource(side, side, pixels));
    assertEquals(scan(KitPdf.of(kit)), read);
  }

  @Test
  void manyPartnersStillHaveOnePageWhichSaysWhoIsLeftOut() throws Exception {
    var kit = masked(kit(names(Kit.MAX_PARTNERS), KitPartner.MAX_ADDRESSES, 3));
    String page = text(KitPdf.of(kit));
    var printed = KitParser.parse(page);
    int there = printed.partners().size();
    assertTrue(there >= 6, there + " partners");
    assertEquals(kit.owner(), printed.owner());
    assertEquals(3, printed.brokers().size());
    for (int i = 0; i < there; i++) {
      assertEquals(kit.partners().get(i).with(2), printed.partners().get(i));
    }
    assertTrue(page.contains((Kit.MAX_PARTNERS - there) + " more partners have no room"), page);
    assertEquals(printed, KitParser.parse(KitHtml.text(KitHtml.of(kit))));
  }

  @Test
  void furtherAddressesGoBeforePartnersDo() throws Exception {
    var kit = kit(names(7), KitPartner.MAX_ADDRESSES, 0);
    var printed = KitParser.parse(text(KitPdf.of(kit)));
    assertEquals(7, printed.partners().size());
    assertTrue(printed.partners().get(0).addresses().size() < KitPartner.MAX_ADDRESSES);
    assertFalse(text(KitPdf.of(kit)).contains("no room"));
  }

  @Test
  void theStepsNameThePassphraseOnlyWhereThereIsOne() throws Exception {
    var kit = kit(List.of("Bo"), 1, 0);
    assertFalse(text(KitPdf.of(kit)).contains("passphrase"));
    assertTrue(text(KitPdf.of(masked(kit))).contains("asked for the passphrase of this page"));
  }
}
