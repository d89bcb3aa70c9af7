package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that loses power, for tests: what was not forced is then forgotten in part, as
 * real disks do - each sector of a write by itself, names in their order. Can also run full. Safe
 * for any number of threads.
 */
public final class CrashDisk implements Disk {
  /** The power is gone: nothing works until {@link CrashDisk#restart}. */
  public static final class PowerLoss extends IOException {
    PowerLoss() {
      super("the power is gone");
    }
  }

  private static final int SECTOR = 512;

  private static final class Bytes {
    byte[] now = new byte[0];
    byte[] durable = new byte[0];
    final List<Write> unforced = new ArrayList<>();

    /** Whether a force failed, so that what is read is not what the next force makes durable. */
    boolean diverged;
  }

  /** Bytes at a position; null bytes cut the file there. */
  private record Write(long position, byte[] bytes) {}

  /** A name that comes, or goes where the bytes are null. */
  private record Naming(String name, Bytes bytes, String gone) {}

  private static final class Directory {
    final TreeMap<String, Bytes> now = new TreeMap<>();
    final TreeMap<String, Bytes> durable = new TreeMap<>();
    final List<Naming> unforced = new ArrayList<>();
  }

  private final Map<Path, Directory> directories = new TreeMap<>();
  private long steps;
  private long powerLossAt = Long.MAX_VALUE;
  private boolean off;
  private long bytesFree = Long.MAX_VALUE;
  private int life;
  private int passingForces;
  private int failingForces;
  private boolean drops;
  private int failingDirectories;

  /** Lets the power go at a step; each change or force is one. Steps count from the call. */
  public synchronized void losePowerAt(long step) {
    steps = 0;
    powerLossAt = step;
  }

  /** Lets writes fail once so many bytes more are written. */
  public synchronized void setFree(long bytes) {
    bytesFree = bytes;
  }

  /**
   * Lets the next forces of files fail, so that forcing again has nothing to do, as Linux does.
   *
   * @param drop whether what was not forced reads as zeros then, or is still in the cache
   */
  public synchronized void failForces(int count, boolean drop) {
    failingForces = count;
    drops = drop;
  }

  /** Lets so many forces of files pass before the next fail. */
  public synchronized void passForces(int count) {
    passingForces = count;
  }

  /** Lets the next forces of directories fail. */
  public synchronized void failDirectoryForces(int count) {
    failingDirectories = count;
  }

  /** Whether the power went. */
  public synchronized boolean isOff() {
    return off;
  }

  /** Forgets, by chance, of what was not forced; what is open is closed. Then all works again. */
  public synchronized void restart(RandomGenerator random) {
    life++;
    off = false;
    powerLossAt = Long.MAX_VALUE;
    for (Directory directory : directories.values()) {
      int kept = random.nextInt(directory.unforced.size() + 1);
      directory.unforced.subList(0, kept).forEach(naming -> apply(directory.durable, naming));
      directory.unforced.clear();
      directory.now.clear();
      directory.now.putAll(directory.durable);
      directory.now.values().forEach(bytes -> forget(bytes, random));
    }
  }

  private static void apply(Map<String, Bytes> names, Naming naming) {
    if (naming.gone != null) {
      names.remove(naming.gone);
    }
    if (naming.name != null) {
      names.put(naming.name, naming.bytes);
    }
  }

  private static void forget(Bytes bytes, RandomGenerator random) {
    byte[] content = bytes.durable;
    int all = random.nextInt(3); // nothing, some or everything of it
    for (Write write : bytes.unforced) {
      if (write.bytes == null) {
        content = all > 0 ? Arrays.copyOf(content, (int) write.position) : content;
        continue;
      }
      for (int at = 0; at < write.bytes.length; at += SECTOR) {
        int count = Math.min(SECTOR, write.bytes.length - at);
        if (all == 2 || (all == 1 && random.nextBoolean())) {
          content = put(content, write.position + at, write.bytes, at, count);
        }
      }
    }
    bytes.unforced.clear();
    bytes.diverged = false;
    bytes.now = content.clone();
    bytes.durable = content.clone();
  }

  private static byte[] put(byte[] content, long position, byte[] from, int at, int count) {
    int end = Math.toIntExact(position + count);
    byte[] next = end > content.length ? Arrays.copyOf(content, end) : content.clone();
    System.arraycopy(from, at, next, (int) position, count);
    return next;
  }

  /** Changes one bit that is durable, as a disk that rots. */
  public synchronized void flipBit(Path file, long position) throws IOException {
    Bytes bytes = bytes(file);
    bytes.now[(int) position] ^= 1;
    bytes.durable = bytes.now.clone();
  }

  /** Cuts a file durably. */
  public synchronized void cut(Path file, long size) throws IOException {
    Bytes bytes = bytes(file);
    bytes.now = Arrays.copyOf(bytes.now, (int) size);
    bytes.durable = bytes.now.clone();
  }

  /** The bytes of a file as they are read now. */
  public synchronized byte[] content(Path file) throws IOException {
    return bytes(file).now.clone();
  }

  private void step() throws PowerLoss {
    if (++steps >= powerLossAt) {
      off = true;
    }
    requirePower();
  }

  private void requirePower() throws PowerLoss {
    if (off) {
      throw new PowerLoss();
    }
  }

  private Directory directory(Path path) throws IOException {
    requirePower();
    Directory directory = directories.get(path);
    if (directory == null) {
      throw new NoSuchFileException(path.toString());
    }
    return directory;
  }

  private Bytes bytes(Path file) throws IOException {
    Bytes bytes = directory(file.getParent()).now.get(name(file));
    if (bytes == null) {
      throw new NoSuchFileException(file.toString());
    }
    return bytes;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private void name(Path directory, Naming naming) throws IOException {
    Directory in = directory(directory);
    step();
    apply(in.now, naming);
    in.unforced.add(naming);
  }

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    if (directory(file.getParent()).now.containsKey(name(file))) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Bytes bytes = new Bytes();
    name(file.getParent(), new Naming(name(file), bytes, null));
    return new OpenFile(bytes, life);
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    return new OpenFile(bytes(file), life);
  }

  @Override
  public synchronized DiskFile openRead(Path file) throws IOException {
    return open(file);
  }

  @Override
  public synchronized boolean exists(Path file) throws IOException {
    return directory(file.getParent()).now.containsKey(name(file));
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    if (!from.getParent().equals(to.getParent())) {
      throw new IllegalArgumentException("only within a directory");
    }
    name(from.getParent(), new Naming(name(to), bytes(from), name(from)));
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    if (directories.containsKey(file)) {
      if (!list(file).isEmpty()) {
        throw new java.nio.file.DirectoryNotEmptyException(file.toString());
      }
      step();
      directories.remove(file);
      return;
    }
    if (exists(file)) {
      name(file.getParent(), new Naming(null, null, name(file)));
    }
  }

  /** Directories are durable at once. */
  @Override
  public synchronized void makeDirectory(Path directory) {
    directories.computeIfAbsent(directory, path -> new Directory());
  }

  @Override
  public synchronized List<String> list(Path directory) throws IOException {
    TreeSet<String> names = new TreeSet<>(directory(directory).now.keySet());
    directories.keySet().stream()
        .filter(each -> directory.equals(each.getParent()))
        .forEach(each -> names.add(name(each)));
    return List.copyOf(names);
  }

  @Override
  public synchronized void forceDirectory(Path path) throws IOException {
    Directory directory = directory(path);
    step();
    if (failingDirectories > 0) {
      failingDirectories--;
      throw new IOException("Input/output error");
    }
    directory.durable.clear();
    directory.durable.putAll(directory.now);
    directory.unforced.clear();
  }

  private final class OpenFile implements DiskFile {
    private final Bytes bytes;
    private final int opened;
    private boolean closed;

    OpenFile(Bytes bytes, int opened) {
      this.bytes = bytes;
      this.opened = opened;
    }

    private void requireOpen() throws IOException {
      requirePower();
      if (closed || opened != life) {
        throw new ClosedChannelException();
      }
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      synchronized (CrashDisk.this) {
        requireOpen();
        step();
        int fits = (int) Math.min(source.remaining(), bytesFree);
        byte[] written = new byte[fits];
        source.get(written);
        bytesFree -= bytesFree == Long.MAX_VALUE ? 0 : fits;
        bytes.now = put(bytes.now, position, written, 0, fits);
        bytes.unforced.add(new Write(position, written));
        if (source.hasRemaining()) {
          throw new IOException("No space left on device");
        }
      }
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      synchronized (CrashDisk.this) {
        requireOpen();
        int count = (int) Math.max(0, Math.min(target.remaining(), bytes.now.length - position));
        target.put(bytes.now, (int) Math.min(position, bytes.now.length), count);
        return count;
      }
    }

    @Override
    public long size() throws IOException {
      synchronized (CrashDisk.this) {
        requireOpen();
        return bytes.now.length;
      }
    }

    @Override
    public void truncate(long size) throws IOException {
      synchronized (CrashDisk.this) {
        requireOpen();
        step();
        bytes.now = Arrays.copyOf(bytes.now, (int) size);
        bytes.unforced.add(new Write(size, null));
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (CrashDisk.this) {
        requireOpen();
        step();
        if (passingForces > 0) {
          passingForces--;
        } else if (failingForces > 0) {
          failingForces--;
          failForce();
        }
        bytes.durable = bytes.diverged ? withUnforced() : bytes.now.clone();
        bytes.unforced.clear();
      }
    }

    private void failForce() throws IOException {
      bytes.diverged = true;
      bytes.unforced.clear();
      if (drops) {
        bytes.now = Arrays.copyOf(bytes.durable, bytes.now.length);
      }
      throw new IOException("No space left on device");
    }

    private byte[] withUnforced() {
      byte[] content = bytes.durable;
      for (Write write : bytes.unforced) {
        content =
            write.bytes == null
                ? Arrays.copyOf(content, (int) write.position)
                : put(content, write.position, write.bytes, 0, write.bytes.length);
      }
      return content;
    }

    @Override
    public void close() {
      synchronized (CrashDisk.this) {
        closed = true;
      }
    }
  }
}
