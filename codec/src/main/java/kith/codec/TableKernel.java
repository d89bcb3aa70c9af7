package kith.codec;

import java.util.Arrays;

/**
 * Plain Java: for every column a table from byte value to the products with up to four rows, packed
 * into an int, so that one look-up serves four results (Plank, "Optimizing Galois Field Arithmetic
 * for Diverse Processor Architectures", 2013, its byte-table method).
 */
final class TableKernel implements GaloisKernel {
  private static final int ROWS_PER_PASS = 4;

  /** Bytes of a column per round, so that sums and columns stay in the first-level cache. */
  private static final int ROUND = 2048;

  @Override
  public void multiply(int[][] matrix, Span[] in, byte[][] out) {
    for (int row = 0; row < matrix.length; row += ROWS_PER_PASS) {
      int last = Math.min(matrix.length, row + ROWS_PER_PASS);
      pass(Arrays.copyOfRange(matrix, row, last), in, Arrays.copyOfRange(out, row, last));
    }
  }

  private static void pass(int[][] rows, Span[] in, byte[][] out) {
    int[][] tables = new int[in.length][];
    for (int j = 0; j < in.length; j++) {
      tables[j] = table(rows, j);
    }
    int[] sums = new int[ROUND];
    int length = out[0].length;
    for (int from = 0; from < length; from += ROUND) {
      int count = Math.min(ROUND, length - from);
      Arrays.fill(sums, 0, count, 0);
      int j = 0;
      for (; j + 1 < in.length; j += 2) {
        addTwo(
            sums,
            count,
            new Column(in[j], from, tables[j]),
            new Column(in[j + 1], from, tables[j + 1]));
      }
      if (j < in.length) {
        add(sums, count, new Column(in[j], from, tables[j]));
      }
      for (int r = 0; r < rows.length; r++) {
        unpack(sums, count, 8 * r, new Span(out[r], from, count));
      }
    }
  }

  private record Column(byte[] bytes, int start, int[] table) {
    Column(Span span, int from, int[] table) {
      this(span.array(), span.offset() + from, table);
    }
  }

  private static int[] table(int[][] rows, int column) {
    int[] table = new int[256];
    for (int value = 0; value < table.length; value++) {
      for (int r = 0; r < rows.length; r++) {
        table[value] |= Galois.multiply(rows[r][column], value) << (8 * r);
      }
    }
    return table;
  }

  private static void add(int[] sums, int count, Column a) {
    byte[] bytes = a.bytes;
    int[] table = a.table;
    int start = a.start;
    for (int i = 0; i < count; i++) {
      sums[i] ^= table[bytes[start + i] & 0xff];
    }
  }

  private static void addTwo(int[] sums, int count, Column a, Column b) {
    byte[] bytesA = a.bytes;
    byte[] bytesB = b.bytes;
    int[] tableA = a.table;
    int[] tableB = b.table;
    int startA = a.start;
    int startB = b.start;
    for (int i = 0; i < count; i++) {
      sums[i] ^= tableA[bytesA[startA + i] & 0xff] ^ tableB[bytesB[startB + i] & 0xff];
    }
  }

  private static void unpack(int[] sums, int count, int shift, Span out) {
    byte[] bytes = out.array();
    int start = out.offset();
    for (int i = 0; i < count; i++) {
      bytes[start + i] = (byte) (sums[i] >>> shift);
    }
  }

  @Override
  public String name() {
    return "packed tables";
  }
}
