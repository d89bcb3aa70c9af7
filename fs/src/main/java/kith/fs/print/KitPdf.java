package kith.fs.print;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kith.fs.Kit;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts.FontName;

/**
 * The kit as a sheet of PDF, in fonts that every printer has. The sheet is as wide as A4 and as
 * high as Letter, so that it fits on both without scaling. For one thread.
 */
public final class KitPdf {
  static final PDRectangle SHEET =
      new PDRectangle(PDRectangle.A4.getWidth(), PDRectangle.LETTER.getHeight());

  private static final float MARGIN = 36;
  private static final float CODE = 190;
  private static final float GAP = 14;
  private static final float LINE = 7.6f;

  private final PDType1Font plain = new PDType1Font(FontName.HELVETICA);
  private final PDType1Font bold = new PDType1Font(FontName.HELVETICA_BOLD);
  private final PDType1Font fixed = new PDType1Font(FontName.COURIER);
  private final KitPage page;
  private final PDPageContentStream out;
  private float y = SHEET.getHeight() - MARGIN;

  private KitPdf(KitPage page, PDPageContentStream out) {
    this.page = page;
    this.out = out;
  }

  /** The file's bytes. */
  public static byte[] of(Kit kit) throws IOException {
    FontMappers.set(new BundledFonts());
    try (var document = new PDDocument();
        var bytes = new ByteArrayOutputStream()) {
      var sheet = new PDPage(SHEET);
      document.addPage(sheet);
      try (var out = new PDPageContentStream(document, sheet)) {
        new KitPdf(KitPage.of(kit), out).draw();
      }
      document.save(bytes);
      return bytes.toByteArray();
    }
  }

  private void draw() throws IOException {
    code();
    float beside = SHEET.getWidth() - 2 * MARGIN - CODE - GAP;
    y -= 12;
    text(page.title(), bold, 16, MARGIN);
    y -= 8;
    for (String paragraph : page.about()) {
      paragraph(paragraph, beside);
      y -= 3;
    }
    for (String step : page.steps()) {
      if (step.startsWith("$ ")) {
        y -= 11;
        text(step.substring(2), fixed, 8.5f, MARGIN + 18);
      } else {
        paragraph(step, beside);
      }
    }
    y = Math.min(y, SHEET.getHeight() - MARGIN - CODE) - 8;
    for (String line : page.lines()) {
      y -= LINE + 0.7f;
      text(line, fixed, LINE, MARGIN);
    }
    y -= 5;
    paragraph(page.ending(), SHEET.getWidth() - 2 * MARGIN);
  }

  private void code() throws IOException {
    var code = new QrCode(page.scanned());
    float dot = CODE / code.size();
    float left = SHEET.getWidth() - MARGIN - CODE;
    float top = SHEET.getHeight() - MARGIN;
    code.draw(
        (column, row, length) ->
            out.addRect(left + column * dot, top - (row + 1) * dot, length * dot, dot));
    out.fill();
  }

  private void paragraph(String text, float width) throws IOException {
    for (String line : wrapped(text, width)) {
      y -= 10.5f;
      text(line, plain, 8.5f, MARGIN);
    }
  }

  private List<String> wrapped(String text, float width) throws IOException {
    var lines = new ArrayList<String>();
    String line = "";
    for (String word : List.of(text.split(" "))) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (plain.getStringWidth(longer) / 1000 * 8.5f > width) {
        lines.add(line);
        longer = word;
      }
      line = longer;
    }
    lines.add(line);
    return lines;
  }

  private void text(String text, PDFont font, float size, float x) throws IOException {
    out.beginText();
    out.setFont(font, size);
    out.newLineAtOffset(x, y);
    out.showText(text);
    out.endText();
  }
}
