package kith.index;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import kith.codec.PackId;

/**
 * The drive's own sealed packs, a file each. A pack has its name only when all of it is durable.
 * Safe for any number of threads.
 */
public final class PackStore implements Closeable {
  private static final String SUFFIX = ".pack";
  private static final String UNFINISHED = ".tmp";

  /** Bytes go to the disk in slices, so that the copy off the heap stays small. */
  private static final int SLICE = 256 << 10;

  /** Files of packs that stay open after a read. */
  private static final int KEPT_OPEN = 32;

  private final Disk disk;
  private final Path directory;
  private final GroupForce directoryForce;
  private final OpenPacks open;

  /** The packs that are here. */
  private final Map<PackId, Kept> kept = new ConcurrentHashMap<>();

  /** The sum of their lengths. */
  private final AtomicLong bytes = new AtomicLong();

  /** Counts reads. */
  private final AtomicLong reads = new AtomicLong();

  /** A pack that is here. */
  private static final class Kept {
    final long length;
    volatile long lastRead;

    Kept(long length) {
      this.length = length;
    }
  }

  /** Opens the packs in a directory and removes what a crash left unfinished. */
  public PackStore(Path directory) throws IOException {
    this(Disk.real(), directory);
  }

  public PackStore(Disk disk, Path directory) throws IOException {
    this.disk = disk;
    this.directory = directory;
    this.directoryForce = new GroupForce(() -> disk.forceDirectory(directory));
    this.open = new OpenPacks(disk, KEPT_OPEN);
    for (String name : disk.list(directory)) {
      if (name.endsWith(UNFINISHED)) {
        disk.delete(directory.resolve(name));
      }
    }
    for (PackId id : list()) {
      came(id, length(id));
    }
  }

  private void came(PackId id, long length) {
    Kept before = kept.put(id, new Kept(length));
    bytes.addAndGet(length - (before == null ? 0 : before.length));
  }

  /** Whether a pack is here, as far as is known without asking the disk. */
  public boolean isHere(PackId id) {
    return kept.containsKey(id);
  }

  /** Greater for packs of which a range was read later; 0 if none was since the start. */
  public long lastRead(PackId id) {
    Kept pack = kept.get(id);
    return pack == null ? 0 : pack.lastRead;
  }

  /** Bytes of all packs that are here. */
  public long bytes() {
    return bytes.get();
  }

  /**
   * Writes a pack, and returns when it is durable.
   *
   * @throws FileAlreadyExistsException if there is one of this name: packs never change
   */
  public void write(PackId id, byte[] pack) throws IOException {
    Path target = path(id);
    if (disk.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    try {
      put(id, pack);
    } catch (IOException e) {
      withdraw(id, e); // who tries again must not take it for durable
      throw e;
    }
  }

  private void withdraw(PackId id, IOException cause) {
    try {
      delete(id);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Writes a pack over whatever there is of this name, damaged or not; durable on return. */
  public void replace(PackId id, byte[] pack) throws IOException {
    put(id, pack);
  }

  private void put(PackId id, byte[] pack) throws IOException {
    Path unfinished = directory.resolve(id + UNFINISHED);
    disk.delete(unfinished);
    try (DiskFile file = disk.create(unfinished)) {
      for (int at = 0; at < pack.length; at += SLICE) {
        file.write(ByteBuffer.wrap(pack, at, Math.min(SLICE, pack.length - at)), at);
      }
      file.force();
    } catch (IOException e) {
      disk.delete(unfinished);
      throw e;
    }
    disk.rename(unfinished, path(id));
    open.forget(id);
    came(id, pack.length);
    directoryForce.force();
  }

  /**
   * Bytes of a pack.
   *
   * @throws java.nio.file.NoSuchFileException if the pack is not here
   * @throws EOFException if the file is shorter: it is damaged
   */
  public byte[] read(PackId id, int offset, int length) throws IOException {
    Kept pack = kept.get(id);
    if (pack != null) {
      pack.lastRead = reads.incrementAndGet();
    }
    Path path = path(id);
    return read((target, at) -> open.read(id, path, target, at), id, offset, length);
  }

  /**
   * A whole pack.
   *
   * @throws java.nio.file.NoSuchFileException if the pack is not here
   */
  public byte[] readAll(PackId id) throws IOException {
    try (DiskFile file = disk.openRead(path(id))) {
      return read(file::read, id, 0, Math.toIntExact(file.size()));
    }
  }

  @FunctionalInterface
  private interface Source {
    int read(ByteBuffer target, long position) throws IOException;
  }

  private static byte[] read(Source file, PackId id, int offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    for (int at = 0; at < length; at += SLICE) {
      int count = Math.min(SLICE, length - at);
      if (file.read(ByteBuffer.wrap(bytes, at, count), (long) offset + at) < count) {
        throw new EOFException(
            "pack " + id + " ends before byte " + ((long) offset + length) + ": it is damaged");
      }
    }
    return bytes;
  }

  /**
   * Length of a pack in bytes.
   *
   * @throws java.nio.file.NoSuchFileException if the pack is not here
   */
  public long length(PackId id) throws IOException {
    try (DiskFile file = disk.openRead(path(id))) {
      return file.size();
    }
  }

  public boolean exists(PackId id) throws IOException {
    return disk.exists(path(id));
  }

  /** Removes a pack; no error if it is not here. May come back after a power loss. */
  public void delete(PackId id) throws IOException {
    disk.delete(path(id));
    open.forget(id);
    Kept was = kept.remove(id);
    bytes.addAndGet(was == null ? 0 : -was.length);
  }

  /** Removes packs, and returns when they cannot come back. */
  public void deleteDurably(Collection<PackId> packs) throws IOException {
    for (PackId id : packs) {
      delete(id);
    }
    if (!packs.isEmpty()) {
      directoryForce.force();
    }
  }

  /** All packs that are here, sorted. */
  public List<PackId> list() throws IOException {
    List<PackId> packs = new ArrayList<>();
    for (String name : disk.list(directory)) {
      if (name.length() == 2 * PackId.SIZE + SUFFIX.length() && name.endsWith(SUFFIX)) {
        packs.add(new PackId(HexFormat.of().parseHex(name, 0, 2 * PackId.SIZE)));
      }
    }
    return packs;
  }

  /** Closes files that are open. Reads and writes go on working. */
  @Override
  public void close() throws IOException {
    open.forgetAll();
  }

  private Path path(PackId id) {
    return directory.resolve(id + SUFFIX);
  }
}
