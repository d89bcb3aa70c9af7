package kith.fs.print;

import com.google.zxing.BarcodeFormat;
import com.google.zxing.EncodeHintType;
import com.google.zxing.WriterException;
import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.QRCodeWriter;
import com.google.zxing.qrcode.decoder.ErrorCorrectionLevel;
import java.util.Map;

/** A square of dots that a phone reads as text (ISO/IEC 18004), 15% of which may be damaged. */
final class QrCode {
  private final BitMatrix dots;

  QrCode(String text) {
    try {
      dots =
          new QRCodeWriter()
              .encode(
                  text,
                  BarcodeFormat.QR_CODE,
                  0,
                  0,
                  Map.of(
                      EncodeHintType.ERROR_CORRECTION,
                      ErrorCorrectionLevel.M,
                      EncodeHintType.MARGIN,
                      0));
    } catch (WriterException e) {
      throw new IllegalArgumentException("no code holds " + text.length() + " characters", e);
    }
  }

  /** Dots along a side; paper around it must stay white for four more. */
  int size() {
    return dots.getWidth();
  }

  /** Draws a row of dark dots that begins at these, of this length. */
  interface Pen<X extends Exception> {
    void draw(int column, int row, int length) throws X;
  }

  <X extends Exception> void draw(Pen<X> pen) throws X {
    for (int row = 0; row < size(); row++) {
      int from = 0;
      for (int column = 0; column <= size(); column++) {
        boolean dark = column < size() && dots.get(column, row);
        if (!dark) {
          if (column > from) {
            pen.draw(from, row, column - from);
          }
          from = column + 1;
        }
      }
    }
  }
}
