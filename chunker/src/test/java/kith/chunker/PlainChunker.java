package kith.chunker;

import java.util.ArrayList;
import java.util.List;

/** The definition of the cuts in docs/formats/codec.md, as plainly as it can be written. */
final class PlainChunker {
  private PlainChunker() {}

  static List<Integer> lengths(byte[] content, ChunkerParameters p, GearTable table) {
    long[] gear = table.shifted(0);
    int bits = Integer.numberOfTrailingZeros(p.average());
    List<Integer> lengths = new ArrayList<>();
    int start = 0;
    long hash = 0;
    for (int i = 0; i < content.length; i++) {
      int length = i + 1 - start;
      hash = length <= p.min() - 64 ? 0 : (hash << 1) + gear[content[i] & 0xff];
      int masked = length <= p.average() / 8 * 7 ? bits + 2 : bits - 2;
      boolean cut = length >= p.min() && (hash << 1) >>> (64 - masked) == 0;
      if (cut || length == p.max()) {
        lengths.add(length);
        start = i + 1;
        hash = 0;
      }
    }
    if (start < content.length) {
      lengths.add(content.length - start);
    }
    return lengths;
  }
}
