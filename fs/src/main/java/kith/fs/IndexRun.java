package kith.fs;

import java.util.ArrayList;
import java.util.List;
import kith.codec.CorruptDataException;
import kith.codec.PackId;

/**
 * A sorted, immutable part of the index as it lies at the partners: chunks and where they are,
 * packs and who holds them. Of two runs that speak of the same thing the newer is right: the one of
 * the lower level, at the same level the one of the higher number.
 *
 * @param number unique among the runs of a drive, ascending
 * @param level 0 for a run written from the rows, one more for each merge
 * @param root root page of a table of kind INDEX
 * @param items of the table
 * @param packs the INDEX packs that its pages lie in
 */
public record IndexRun(long number, int level, ChunkRef root, long items, List<PackId> packs) {
  private static final int VERSION = 1;
  private static final int MAX_PACKS = 65_536;
  private static final int MAX_LEVEL = 32;

  public IndexRun {
    packs = List.copyOf(packs);
  }

  /** The stored form. */
  public byte[] toBytes() {
    PageOutput out = new PageOutput().u8(VERSION);
    writeTo(out);
    return out.toBytes();
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws CorruptDataException if it isn't that
   */
  public static IndexRun ofBytes(byte[] bytes) throws CorruptDataException {
    PageInput in = new PageInput(bytes, "index run");
    int version = in.u8();
    if (version != VERSION) {
      throw in.corrupt("version " + version + " is unknown");
    }
    IndexRun run = read(in);
    in.end();
    return run;
  }

  /** Number u64, level u8, root, items u64, number of packs as varint, packs. */
  void writeTo(PageOutput out) {
    out.u64(number).u8(level).chunk(root).u64(items).varint(packs.size());
    packs.forEach(out::raw);
  }

  static IndexRun read(PageInput in) throws CorruptDataException {
    long number = in.count64();
    int level = in.u8();
    if (level > MAX_LEVEL) {
      throw in.corrupt("level " + level);
    }
    ChunkRef root = in.chunk();
    long items = in.count64();
    int count = in.varint(MAX_PACKS);
    List<PackId> packs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      packs.add(in.pack());
    }
    return new IndexRun(number, level, root, items, packs);
  }
}
