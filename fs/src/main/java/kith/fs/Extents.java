package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import kith.index.RowView;
import kith.index.Table;
import kith.index.Update;

/** Reads the extents of a file, and cuts ranges out of them. Callers hold the inode's lock. */
final class Extents {
  /** Sees one extent after the other. */
  @FunctionalInterface
  interface Visitor {
    /** Returns whether to go on. */
    boolean visit(Extent extent) throws IOException;
  }

  private Extents() {}

  /** Visits the extents that have bytes in {@code [from, to)}, in file order, uncut. */
  static void visit(RowView rows, long inode, long from, long to, Visitor visitor)
      throws IOException {
    // An extent that begins earlier may reach into the range; none is longer than MAX_LENGTH.
    long first = Math.max(0, from - Extent.MAX_LENGTH + 1);
    rows.scan(
        Table.EXTENTS,
        RowKeys.of(inode, first),
        to == Long.MAX_VALUE ? RowKeys.of(inode + 1) : RowKeys.of(inode, to),
        (key, value) -> {
          Extent extent = Extent.decode(key, value);
          return extent.end() <= from || visitor.visit(extent);
        });
  }

  /** All extents with bytes in {@code [from, to)}, uncut. */
  static List<Extent> list(RowView rows, long inode, long from, long to) throws IOException {
    List<Extent> found = new ArrayList<>();
    visit(rows, inode, from, to, found::add);
    return found;
  }

  /**
   * Where data or a hole begins at or after an offset; NO_SUCH_OFFSET as {@link FileSystem#seek}
   * says.
   */
  static long seek(RowView rows, long inode, long size, long offset, FileSystem.SeekTo what)
      throws IOException {
    if (offset < 0 || offset >= size) {
      throw new DriveException(DriveException.Reason.NO_SUCH_OFFSET, offset + " of " + size);
    }
    boolean data = what == FileSystem.SeekTo.DATA;
    long[] found = {data ? size : offset};
    visit(
        rows,
        inode,
        offset,
        size,
        extent -> {
          if (data) {
            found[0] = Math.max(offset, extent.offset());
            return false;
          }
          boolean gap = extent.offset() > found[0];
          found[0] = gap ? found[0] : extent.end();
          return !gap;
        });
    if (data && found[0] >= size) {
      throw new DriveException(DriveException.Reason.NO_SUCH_OFFSET, "no data after " + offset);
    }
    return Math.min(found[0], size);
  }

  /**
   * A range with the rest of the chunks at its ends.
   *
   * @param extents those with bytes in the wanted range, in file order
   * @param size of the file
   * @param room the most bytes of the range
   */
  static FileSystem.Range around(
      List<Extent> extents, FileSystem.Range wanted, long size, int room) {
    long begin = wanted.offset();
    long end = Math.max(begin, Math.min(size, begin + wanted.length()));
    if (extents.isEmpty() || begin == end) {
      return new FileSystem.Range(begin, (int) (end - begin));
    }
    Extent first = extents.get(0);
    Extent last = extents.get(extents.size() - 1);
    int page = FileSystem.PAGE;
    if (last instanceof Extent.Chunked && last.end() > end) {
      long whole = last.end() >= size ? size : last.end() / page * page;
      end = Math.max(end, Math.min(whole, (begin + room) / page * page));
    }
    if (first instanceof Extent.Chunked && first.offset() < begin) {
      long whole = Math.max(first.offset(), end - room);
      begin = Math.min(begin, (whole + page - 1) / page * page);
    }
    return new FileSystem.Range(begin, (int) (end - begin));
  }

  static void put(Update update, long inode, Extent extent) {
    update.put(Table.EXTENTS, RowKeys.of(inode, extent.offset()), extent.encode());
  }

  /**
   * Makes a hole of {@code [from, to)}: extents within go, those that reach in are shortened.
   *
   * @return what was cut out
   */
  static List<Extent> cut(RowView rows, Update update, long inode, long from, long to)
      throws IOException {
    return cut(rows, update, inode, from, to, Integer.MAX_VALUE);
  }

  /** The same for the first of them only, if there are more than {@code most}. */
  static List<Extent> cut(RowView rows, Update update, long inode, long from, long to, int most)
      throws IOException {
    List<Extent> found = new ArrayList<>();
    visit(rows, inode, from, to, extent -> found.add(extent) && found.size() < most);
    List<Extent> removed = new ArrayList<>();
    for (Extent extent : found) {
      long begin = Math.max(from, extent.offset());
      long end = Math.min(to, extent.end());
      removed.add(extent.part(begin, (int) (end - begin)));
      if (extent.offset() < from) {
        put(update, inode, extent.part(extent.offset(), (int) (from - extent.offset())));
      } else {
        update.delete(Table.EXTENTS, RowKeys.of(inode, extent.offset()));
      }
      if (extent.end() > to) {
        put(update, inode, extent.part(to, (int) (extent.end() - to)));
      }
    }
    return removed;
  }

  /** The parts of extents in {@code [from, to)}; pieces of one extent are joined again. */
  static List<Extent> within(List<Extent> extents, long from, long to) {
    List<Extent> parts = new ArrayList<>();
    for (Extent extent : extents) {
      long begin = Math.max(from, extent.offset());
      long end = Math.min(to, extent.end());
      if (begin < end) {
        Extent part = extent.part(begin, (int) (end - begin));
        int last = parts.size() - 1;
        if (last >= 0 && part.continues(parts.get(last))) {
          Extent before = parts.get(last);
          parts.set(last, before.part(before.offset(), before.length() + part.length()));
        } else {
          parts.add(part);
        }
      }
    }
    return parts;
  }

  /** Bytes covered by these extents. */
  static long bytes(List<Extent> extents) {
    return extents.stream().mapToLong(Extent::length).sum();
  }
}
