package kith.codec;

import java.util.Arrays;

/** Matrices over GF(2^8) as arrays of rows; values 0 to 255. */
final class Matrix {
  private Matrix() {}

  /**
   * The m + k rows of a systematic code: the identity, then a Cauchy matrix 1 / ((m+i) xor j) whose
   * columns are scaled so that its first row is all ones. Every m rows are independent (scaling
   * keeps every square part of a Cauchy matrix regular), and the first parity is the plain
   * exclusive or: with k = 1 this is n + 1 parity, with m = 1 it is mirroring.
   */
  static int[][] generator(CodeParameters code) {
    int m = code.m();
    int[][] rows = new int[code.n()][m];
    for (int j = 0; j < m; j++) {
      rows[j][j] = 1;
      for (int i = m; i < code.n(); i++) {
        // (1 / (i xor j)) / (1 / (m xor j))
        rows[i][j] = Galois.divide(m ^ j, i ^ j);
      }
    }
    return rows;
  }

  /** Rows times columns. */
  static int[][] multiply(int[][] a, int[][] b) {
    int[][] product = new int[a.length][b[0].length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        addMultiple(product[i], b[j], a[i][j]);
      }
    }
    return product;
  }

  /**
   * Gauss and Jordan.
   *
   * @throws ArithmeticException if the matrix is singular
   */
  static int[][] invert(int[][] matrix) {
    int size = matrix.length;
    int[][] work = new int[size][];
    for (int i = 0; i < size; i++) {
      work[i] = Arrays.copyOf(matrix[i], 2 * size);
      work[i][size + i] = 1;
    }
    for (int column = 0; column < size; column++) {
      eliminate(work, column);
    }
    int[][] inverse = new int[size][];
    for (int i = 0; i < size; i++) {
      inverse[i] = Arrays.copyOfRange(work[i], size, 2 * size);
    }
    return inverse;
  }

  private static void eliminate(int[][] work, int column) {
    int pivot = column;
    while (pivot < work.length && work[pivot][column] == 0) {
      pivot++;
    }
    if (pivot == work.length) {
      throw new ArithmeticException("singular matrix");
    }
    int[] row = work[pivot];
    work[pivot] = work[column];
    work[column] = row;
    int scale = row[column];
    for (int j = 0; j < row.length; j++) {
      row[j] = Galois.divide(row[j], scale);
    }
    for (int[] other : work) {
      if (other != row && other[column] != 0) {
        addMultiple(other, row, other[column]);
      }
    }
  }

  private static void addMultiple(int[] target, int[] source, int factor) {
    if (factor == 0) {
      return;
    }
    for (int j = 0; j < target.length; j++) {
      target[j] ^= Galois.multiply(source[j], factor);
    }
  }
}
