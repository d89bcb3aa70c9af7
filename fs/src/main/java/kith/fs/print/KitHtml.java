package kith.fs.print;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import kith.fs.Kit;

/** The kit as a web page that needs nothing but itself, laid out for one sheet of paper. */
public final class KitHtml {
  private static final String PAGE =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <title>TITLE</title>
      <style>
      @page { margin: 12mm; }
      body { font: 9pt/1.25 sans-serif; max-width: 180mm; margin: auto; color: black; }
      h1 { font-size: 16pt; margin: 0 0 2mm; }
      p { margin: 0 0 1mm; }
      svg { float: right; width: 66mm; height: 66mm; margin: 0 0 2mm 5mm; }
      code { margin-left: 6mm; }
      pre { clear: both; font-size: 7.6pt; line-height: 1.1; margin: 2mm 0; }
      </style>
      </head>
      <body>
      CODE
      <h1>TITLE</h1>
      PROSE
      <pre>
      LINES
      </pre>
      <p>ENDING</p>
      </body>
      </html>
      """;

  private KitHtml() {}

  /** The page's text. */
  public static String of(Kit kit) {
    var page = KitPage.of(kit);
    var prose = new ArrayList<String>(page.about());
    prose.addAll(page.steps());
    return PAGE.replace("CODE", code(page.scanned()))
        .replace("TITLE", page.title())
        .replace("PROSE", prose(prose))
        .replace("ENDING", escaped(page.ending()))
        .replace("LINES", escaped(String.join("\n", page.lines())));
  }

  /** What a sheet has room for. */
  public static Kit printed(Kit kit) {
    return KitPage.of(kit).kit();
  }

  private static String prose(List<String> paragraphs) {
    return paragraphs.stream()
        .map(
            each ->
                each.startsWith("$ ")
                    ? "<p><code>" + escaped(each.substring(2)) + "</code></p>"
                    : "<p>" + escaped(each) + "</p>")
        .collect(Collectors.joining("\n"));
  }

  private static String code(String text) {
    var code = new QrCode(text);
    var path = new StringBuilder();
    code.draw(
        (column, row, length) ->
            path.append("M%d %dh%dv1h-%dz".formatted(column, row, length, length)));
    return "<svg viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\"><path d=\"%s\"/></svg>"
        .formatted(code.size(), code.size(), path);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** A page of {@link #of} as it is seen, to be read as a kit. */
  public static String text(String html) {
    String lines = html.replaceAll("<[^>]*>", "\n"); // browsers save no line feed after <pre>
    return lines.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
  }
}
