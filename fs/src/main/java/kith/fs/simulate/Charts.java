package kith.fs.simulate;

import java.util.List;
import java.util.Locale;

/** Draws charts as inline SVG: no script, no library, nothing from elsewhere. Stateless. */
final class Charts {
  private static final int WIDTH = 720;
  private static final int LABELS = 150;
  private static final int ROW = 22;
  private static final int HEIGHT = 260;
  private static final int MARGIN = 48;
  private static final List<String> COLORS = List.of("#2f6f9f", "#c0722c", "#5b8c3a", "#8a4f9e");

  private Charts() {}

  /**
   * One row of bars.
   *
   * @param values one for each series
   */
  record Row(String label, List<Double> values) {}

  /** One curve. */
  record Curve(String label, List<double[]> points) {}

  /** Horizontal bars, grouped by row, all to one scale. */
  static String bars(List<String> series, List<Row> rows) {
    double most =
        rows.stream().flatMap(row -> row.values().stream()).mapToDouble(d -> d).max().orElse(0);
    int height = ROW * (rows.size() * series.size() + rows.size()) + 2 * ROW;
    var svg = new StringBuilder(open(height));
    int y = legend(svg, series);
    for (Row row : rows) {
      svg.append(text(0, y + 14, row.label()));
      for (int i = 0; i < row.values().size(); i++) {
        double value = row.values().get(i);
        double length = most == 0 ? 0 : value / most * (WIDTH - LABELS - 90);
        svg.append(
            String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                LABELS,
                y + 2,
                length,
                ROW - 6,
                COLORS.get(i % COLORS.size())));
        svg.append(text((int) (LABELS + length) + 6, y + 14, number(value)));
        y += ROW;
      }
      y += ROW / 2;
    }
    return svg.append("</svg>").toString();
  }

  /** Curves over one axis, from zero on. */
  static String lines(String axis, List<Curve> curves) {
    double right = most(curves, 0);
    double top = most(curves, 1);
    var svg = new StringBuilder(open(HEIGHT + 2 * MARGIN));
    legend(svg, curves.stream().map(Curve::label).toList());
    int bottom = HEIGHT + MARGIN;
    svg.append(
        String.format(
            "<path d=\"M%d %d V%d H%d\" fill=\"none\" stroke=\"#666\"/>",
            MARGIN, MARGIN, bottom, WIDTH - MARGIN));
    svg.append(text(WIDTH / 2, bottom + 34, axis));
    for (int i = 0; i <= 4; i++) {
      double share = i / 4.0;
      int x = (int) (MARGIN + share * (WIDTH - 2 * MARGIN));
      svg.append(text(x - 8, bottom + 16, number(share * right)));
      svg.append(text(2, (int) (bottom - share * HEIGHT) + 4, number(share * top)));
    }
    for (int i = 0; i < curves.size(); i++) {
      svg.append(
          String.format(
              "<polyline fill=\"none\" stroke-width=\"2\" stroke=\"%s\" points=\"",
              COLORS.get(i % COLORS.size())));
      for (double[] point : curves.get(i).points()) {
        double x = MARGIN + point[0] / right * (WIDTH - 2 * MARGIN);
        double y = bottom - point[1] / top * HEIGHT;
        svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x, y));
      }
      svg.append("\"/>");
    }
    return svg.append("</svg>").toString();
  }

  private static double most(List<Curve> curves, int axis) {
    return curves.stream()
        .flatMap(curve -> curve.points().stream())
        .mapToDouble(point -> point[axis])
        .max()
        .orElse(1);
  }

  private static String open(int height) {
    return String.format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\""
            + " font-family=\"sans-serif\" font-size=\"12\">",
        WIDTH, height, WIDTH);
  }

  private static int legend(StringBuilder svg, List<String> series) {
    int x = 0;
    for (int i = 0; i < series.size(); i++) {
      svg.append(
          String.format(
              "<rect x=\"%d\" y=\"4\" width=\"12\" height=\"12\" fill=\"%s\"/>",
              x, COLORS.get(i % COLORS.size())));
      svg.append(text(x + 18, 14, series.get(i)));
      x += 40 + 7 * series.get(i).length();
    }
    return ROW + 4;
  }

  private static String text(int x, int y, String text) {
    return "<text x=\"" + x + "\" y=\"" + y + "\">" + escaped(text) + "</text>";
  }

  /** Three digits, without zeros that say nothing. */
  static String number(double value) {
    if (value == 0) {
      return "0";
    }
    boolean plain = Math.abs(value) >= 0.01 && Math.abs(value) < 1e6;
    return plain
        ? String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.0f", value)
        : String.format(Locale.ROOT, "%.1e", value);
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
