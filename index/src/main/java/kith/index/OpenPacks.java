package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kith.codec.PackId;

/**
 * The files of packs that were read last, kept open: whoever reads a file through the drive reads
 * tens of chunks of each pack. Safe for any number of threads.
 */
final class OpenPacks {
  private final Disk disk;
  private final int limit;

  /** Least recently read first. */
  private final Map<PackId, Shared> open = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param limit of files that are kept open while nobody reads them
   */
  OpenPacks(Disk disk, int limit) {
    this.disk = disk;
    this.limit = limit;
  }

  /** A file that is closed when it is neither read nor kept any more. */
  private static final class Shared {
    final DiskFile file;

    /** Readers, and one for being kept. */
    int users = 1;

    Shared(DiskFile file) {
      this.file = file;
    }
  }

  /**
   * Fills the target with what is at the position, or with what there is until the end.
   *
   * @param path of the pack's file
   * @return bytes read
   * @throws java.nio.file.NoSuchFileException if it is not there
   */
  int read(PackId id, Path path, ByteBuffer target, long position) throws IOException {
    Shared shared = use(id, path);
    try {
      return shared.file.read(target, position);
    } finally {
      release(shared);
    }
  }

  private Shared use(PackId id, Path path) throws IOException {
    Optional<Shared> oldest = Optional.empty();
    Shared shared;
    synchronized (this) {
      shared = open.get(id);
      if (shared == null) {
        shared = new Shared(disk.openRead(path));
        open.put(id, shared);
        oldest = overLimit();
      }
      shared.users++;
    }
    if (oldest.isPresent()) {
      release(oldest.get());
    }
    return shared;
  }

  private Optional<Shared> overLimit() {
    if (open.size() <= limit) {
      return Optional.empty();
    }
    Iterator<Shared> eldest = open.values().iterator();
    Shared oldest = eldest.next();
    eldest.remove();
    return Optional.of(oldest);
  }

  /**
   * To be called once the pack's file is gone or another: who reads from now on opens it anew, and
   * its space is free when those who read now have ended.
   */
  void forget(PackId id) throws IOException {
    Shared shared;
    synchronized (this) {
      shared = open.remove(id);
    }
    if (shared != null) {
      release(shared);
    }
  }

  void forgetAll() throws IOException {
    List<PackId> all;
    synchronized (this) {
      all = List.copyOf(open.keySet());
    }
    for (PackId id : all) {
      forget(id);
    }
  }

  private void release(Shared shared) throws IOException {
    boolean last;
    synchronized (this) {
      last = --shared.users == 0;
    }
    if (last) {
      shared.file.close();
    }
  }
}
