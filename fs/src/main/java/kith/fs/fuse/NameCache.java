package kith.fs.fuse;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import kith.fs.FileName;

/**
 * Inode numbers of directories by parent and name, so that a path is not looked up component by
 * component in the drive each time. A fixed number of places; a new entry displaces what was there.
 * Safe for any number of threads.
 */
final class NameCache {
  private record Entry(long directory, FileName name, long inode) {
    boolean is(long otherDirectory, FileName otherName) {
      return directory == otherDirectory && name.equals(otherName);
    }
  }

  private final AtomicReferenceArray<Entry> entries;
  private final AtomicLong changes = new AtomicLong();

  /**
   * @param places a power of two
   */
  NameCache(int places) {
    entries = new AtomicReferenceArray<>(places);
  }

  OptionalLong get(long directory, FileName name) {
    Entry entry = entries.get(place(directory, name));
    return entry != null && entry.is(directory, name)
        ? OptionalLong.of(entry.inode)
        : OptionalLong.empty();
  }

  /** To be taken before the drive is asked, and handed to {@link #put}. */
  long stamp() {
    return changes.get();
  }

  /** Remembers, unless names changed since the stamp was taken. */
  void put(long stamp, long directory, FileName name, long inode) {
    if (stamp == changes.get()) {
      int place = place(directory, name);
      var entry = new Entry(directory, name, inode);
      entries.set(place, entry);
      if (stamp != changes.get()) {
        entries.compareAndSet(place, entry, null);
      }
    }
  }

  /** The name no longer stands for what it stood for. */
  void forget(long directory, FileName name) {
    changes.incrementAndGet();
    int place = place(directory, name);
    Entry entry = entries.get(place);
    if (entry != null && entry.is(directory, name)) {
      entries.set(place, null);
    }
  }

  /** Forgets everything. */
  void clear() {
    changes.incrementAndGet();
    for (int i = 0; i < entries.length(); i++) {
      entries.set(i, null);
    }
  }

  private int place(long directory, FileName name) {
    int hash = Long.hashCode(directory) * 31 + name.hashCode();
    return (hash ^ (hash >>> 16)) & (entries.length() - 1);
  }
}
