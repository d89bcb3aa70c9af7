package kith.codec;

/**
 * Multiplies columns of bytes by a matrix over GF(2^8): all the work of an erasure code. Every
 * implementation gives the same bytes. Safe for any number of threads.
 */
interface GaloisKernel {
  /**
   * For each row r: out[r] = sum over j of matrix[r][j] * in[j], byte by byte.
   *
   * @param matrix rows x columns, values 0 to 255
   * @param in one span per column, all of the same length
   * @param out one array per row, of that length; overwritten
   */
  void multiply(int[][] matrix, Span[] in, byte[][] out);

  /** What it is, for logs. */
  String name();
}
