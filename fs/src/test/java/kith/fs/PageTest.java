package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import kith.codec.CorruptDataException;
import org.junit.jupiter.api.Test;

class PageTest {
  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] sample() {
    PageBuilder page = new PageBuilder(PageKind.DIRECTORY, 0);
    page.add(ascii("a"), ascii("first"));
    page.add(ascii("b"), new byte[0]);
    page.add(ascii("ba"), new byte[200]);
    return page.take();
  }

  @Test
  void bytesAreThoseOfTheGoldenFile() throws Exception {
    TreeGolden.check("page", sample());
  }

  @Test
  void anUndamagedPageIsReadBack() throws Exception {
    Page page = Page.open(sample(), PageKind.DIRECTORY);
    assertEquals(3, page.count());
    assertArrayEquals(ascii("first"), page.value(0));
    assertEquals(2, page.ceiling(ascii("b0")));
  }

  @Test
  void damageIsCorruptDataOrAnotherPageButNeverAnythingElse() {
    TreeGolden.fuzz(sample(), bytes -> Page.open(bytes, PageKind.DIRECTORY));
  }

  @Test
  void aShortenedPageIsCorrupt() {
    byte[] page = sample();
    for (int length = 0; length < page.length; length++) {
      byte[] part = java.util.Arrays.copyOf(page, length);
      assertThrows(CorruptDataException.class, () -> Page.open(part, PageKind.DIRECTORY));
    }
  }

  @Test
  void theHashOfTheCutRuleIsFixed() {
    assertEquals(GOLDEN_HASH, PageBuilder.hash(1, ascii("photo.jpg")));
  }

  private static final long GOLDEN_HASH = 277_041_144;
}
