package kith.fs;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A file of {@link MemoryFileSystem}, under whose lock it is used. */
final class MemoryFileSystemNode {
  static final int PAGE = 4096;

  final long inode;
  final FileKind kind;
  final Map<FileName, Long> entries = new HashMap<>();
  final SortedMap<Long, FileName> order = new TreeMap<>();
  final Map<String, byte[]> xattrs = new LinkedHashMap<>();
  private final Map<Long, byte[]> pages = new HashMap<>();
  private final Map<FileName, Long> cookies = new HashMap<>();
  private long lastCookie;
  int mode;
  int uid;
  int gid;
  int nlink;
  int uses;
  long size;
  long device;
  byte[] target;
  Timestamp atime;
  Timestamp mtime;
  Timestamp ctime;

  MemoryFileSystemNode(long inode, FileKind kind, Timestamp now) {
    this.inode = inode;
    this.kind = kind;
    this.nlink = kind == FileKind.DIRECTORY ? 2 : 1;
    this.atime = now;
    this.mtime = now;
    this.ctime = now;
  }

  Attributes attributes() {
    long blocks = pages.size() * (long) (PAGE / 512);
    return new Attributes(
        inode, kind, mode, uid, gid, nlink, size, blocks, device, atime, mtime, ctime);
  }

  void addEntry(FileName name, long child) {
    entries.put(name, child);
    cookies.put(name, ++lastCookie);
    order.put(lastCookie, name);
  }

  void removeEntry(FileName name) {
    entries.remove(name);
    order.remove(cookies.remove(name));
  }

  int read(long offset, ByteBuffer target) {
    int length = (int) Math.max(0, Math.min(target.remaining(), size - offset));
    for (int done = 0; done < length; ) {
      int start = (int) ((offset + done) % PAGE);
      int part = Math.min(PAGE - start, length - done);
      byte[] page = pages.get((offset + done) / PAGE);
      target.put(page == null ? new byte[PAGE] : page, start, part);
      done += part;
    }
    return length;
  }

  void write(long offset, ByteBuffer source) {
    long position = offset;
    while (source.hasRemaining()) {
      int start = (int) (position % PAGE);
      int part = Math.min(PAGE - start, source.remaining());
      source.get(pages.computeIfAbsent(position / PAGE, i -> new byte[PAGE]), start, part);
      position += part;
    }
    size = Math.max(size, position);
  }

  void resize(long newSize) {
    if (newSize < size) {
      pages.keySet().removeIf(page -> page * PAGE >= newSize);
      byte[] last = pages.get(newSize / PAGE);
      if (last != null) {
        Arrays.fill(last, (int) (newSize % PAGE), PAGE, (byte) 0);
      }
    }
    size = newSize;
  }

  /** Makes zeros of a range; whole pages go. */
  void clear(long from, long to) {
    pages
        .entrySet()
        .removeIf(
            page -> {
              long start = page.getKey() * PAGE;
              int first = (int) Math.max(0, Math.min(PAGE, from - start));
              int end = (int) Math.max(0, Math.min(PAGE, to - start));
              if (first < end) {
                Arrays.fill(page.getValue(), first, end, (byte) 0);
              }
              return first == 0 && end == PAGE;
            });
  }

  /** Where pages, or gaps between them, begin at or after an offset; the size if nowhere. */
  long seek(long offset, boolean data) {
    long at = offset;
    while (at < size && pages.containsKey(at / PAGE) != data) {
      at = at / PAGE * PAGE + PAGE;
      if (data && at / PAGE > lastPage()) {
        return size;
      }
    }
    return Math.min(at, size);
  }

  private long lastPage() {
    return pages.keySet().stream().mapToLong(Long::longValue).max().orElse(-1);
  }

  long allocated() {
    return (long) pages.size() * PAGE;
  }
}
