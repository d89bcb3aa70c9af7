package kith.codec;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Systematic Reed-Solomon code over GF(2^8) with a Cauchy matrix (Reed and Solomon 1960; Bloemer
 * and others 1995), for any m + k up to 255.
 */
final class ReedSolomon implements ErasureCode {
  private final CodeParameters parameters;
  private final int[][] generator;
  private final GaloisKernel kernel;

  ReedSolomon(CodeParameters parameters, GaloisKernel kernel) {
    this.parameters = parameters;
    this.generator = Matrix.generator(parameters);
    this.kernel = kernel;
  }

  @Override
  public CodeParameters parameters() {
    return parameters;
  }

  @Override
  public byte[][] encode(byte[] pack) {
    byte[][] shards = new byte[parameters.n()][];
    for (int i = 0; i < parameters.m(); i++) {
      Span data = data(pack, i);
      shards[i] = Arrays.copyOfRange(data.array(), data.offset(), data.offset() + data.length());
    }
    System.arraycopy(parity(pack), 0, shards, parameters.m(), parameters.k());
    return shards;
  }

  @Override
  public byte[][] parity(byte[] pack) {
    if (pack.length == 0) {
      throw new IllegalArgumentException("nothing to encode");
    }
    byte[][] parity = new byte[parameters.k()][shardLength(pack.length)];
    if (parity.length > 0) {
      Span[] data = new Span[parameters.m()];
      Arrays.setAll(data, i -> data(pack, i));
      kernel.multiply(Arrays.copyOfRange(generator, parameters.m(), parameters.n()), data, parity);
    }
    return parity;
  }

  /** A data shard where it lies in the pack; a copy where it has to be filled up with zeros. */
  private Span data(byte[] pack, int index) {
    return data(pack, index, shardLength(pack.length));
  }

  static Span data(byte[] pack, int index, int shardLength) {
    int from = (int) Math.min((long) index * shardLength, pack.length);
    if (from + shardLength <= pack.length) {
      return new Span(pack, from, shardLength);
    }
    return Span.of(Arrays.copyOf(Arrays.copyOfRange(pack, from, pack.length), shardLength));
  }

  @Override
  public void reconstruct(byte[][] shards, int... wanted) throws NotEnoughShardsException {
    int[] missing = Arrays.stream(wanted).filter(i -> shards[i] == null).distinct().toArray();
    if (missing.length == 0) {
      return;
    }
    int[] present = present(shards);
    int[][] decode = Matrix.invert(rows(present));
    byte[][] out = new byte[missing.length][shards[present[0]].length];
    kernel.multiply(Matrix.multiply(rows(missing), decode), spans(shards, present), out);
    for (int i = 0; i < missing.length; i++) {
      shards[missing[i]] = out[i];
    }
  }

  @Override
  public byte[] decode(byte[][] shards, int packLength) throws NotEnoughShardsException {
    int m = parameters.m();
    byte[][] all = shards.clone();
    reconstruct(all, IntStream.range(0, m).toArray());
    int length = shardLength(packLength);
    byte[] pack = new byte[packLength];
    for (int i = 0; i < m && (long) i * length < packLength; i++) {
      System.arraycopy(all[i], 0, pack, i * length, Math.min(length, packLength - i * length));
    }
    return pack;
  }

  /** The first m that are there: data shards before parity, so that little is left to compute. */
  private int[] present(byte[][] shards) throws NotEnoughShardsException {
    if (shards.length != parameters.n()) {
      throw new IllegalArgumentException(shards.length + " shards for code " + parameters);
    }
    int[] present = IntStream.range(0, shards.length).filter(i -> shards[i] != null).toArray();
    if (present.length < parameters.m()) {
      throw new NotEnoughShardsException(
          present.length + " shards of code " + parameters + ": " + parameters.m() + " are needed");
    }
    return Arrays.copyOf(present, parameters.m());
  }

  private int[][] rows(int[] indices) {
    return Arrays.stream(indices).mapToObj(i -> generator[i]).toArray(int[][]::new);
  }

  private static Span[] spans(byte[][] shards, int[] indices) {
    Span[] spans = Arrays.stream(indices).mapToObj(i -> Span.of(shards[i])).toArray(Span[]::new);
    for (Span span : spans) {
      if (span.length() != spans[0].length()) {
        throw new IllegalArgumentException("shards of different lengths");
      }
    }
    return spans;
  }
}
