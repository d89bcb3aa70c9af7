package kith.nativetest;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kith.index.Disk;
import kith.index.DiskFile;

/**
 * A layer above the real disk that keeps in memory whatever was not forced, names as well as bytes:
 * when the process is killed it is gone, as if the machine had lost its power. Safe for any number
 * of threads.
 */
final class ForgetfulDisk implements Disk {
  private final Disk real = Disk.real();
  private final Map<Path, Directory> directories = new HashMap<>();

  /** A file: its bytes now, and which of them the real file lacks. */
  private static final class Bytes {
    byte[] now = new byte[0];
    int size;
    int dirtyFrom = Integer.MAX_VALUE;
    int dirtyTo;
    byte[] forced = new byte[0];
    Path durable;

    void put(ByteBuffer source, int position) {
      int end = position + source.remaining();
      if (end > now.length) {
        now = Arrays.copyOf(now, Math.max(end, 2 * now.length));
      }
      dirtyFrom = Math.min(dirtyFrom, Math.min(position, size));
      dirtyTo = Math.max(dirtyTo, end);
      source.get(now, position, end - position);
      size = Math.max(size, end);
    }
  }

  /** What is to happen to names when their directory is forced. */
  private interface Naming {
    void run() throws IOException;
  }

  private static final class Directory {
    final TreeMap<String, Bytes> names = new TreeMap<>();
    final List<Naming> unforced = new ArrayList<>();
  }

  private Directory directory(Path path) throws IOException {
    Directory known = directories.get(path);
    if (known == null) {
      known = new Directory();
      for (String name : real.list(path)) {
        Path file = path.resolve(name);
        if (Files.isRegularFile(file)) {
          Bytes bytes = new Bytes();
          bytes.now = Files.readAllBytes(file);
          bytes.size = bytes.now.length;
          bytes.durable = file;
          known.names.put(name, bytes);
        }
      }
      directories.put(path, known);
    }
    return known;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private Bytes bytes(Path file) throws IOException {
    Bytes bytes = directory(file.getParent()).names.get(name(file));
    if (bytes == null) {
      throw new NoSuchFileException(file.toString());
    }
    return bytes;
  }

  @Override
  public synchronized DiskFile create(Path file) throws IOException {
    Directory in = directory(file.getParent());
    Bytes bytes = new Bytes();
    if (in.names.putIfAbsent(name(file), bytes) != null) {
      throw new FileAlreadyExistsException(file.toString());
    }
    in.unforced.add(
        () -> {
          Files.write(file, bytes.forced);
          bytes.durable = file;
        });
    return new Open(bytes);
  }

  @Override
  public synchronized DiskFile open(Path file) throws IOException {
    return new Open(bytes(file));
  }

  @Override
  public synchronized DiskFile openRead(Path file) throws IOException {
    return new Open(bytes(file));
  }

  @Override
  public synchronized boolean exists(Path file) throws IOException {
    return directory(file.getParent()).names.containsKey(name(file));
  }

  @Override
  public synchronized void rename(Path from, Path to) throws IOException {
    Directory in = directory(from.getParent());
    Bytes bytes = bytes(from);
    in.names.remove(name(from));
    in.names.put(name(to), bytes);
    in.unforced.add(
        () -> {
          Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
          bytes.durable = to;
        });
  }

  @Override
  public synchronized void delete(Path file) throws IOException {
    Directory in = directory(file.getParent());
    if (in.names.remove(name(file)) != null) {
      in.unforced.add(() -> Files.deleteIfExists(file));
    }
  }

  @Override
  public synchronized void makeDirectory(Path directory) throws IOException {
    real.makeDirectory(directory);
  }

  @Override
  public synchronized List<String> list(Path path) throws IOException {
    return List.copyOf(directory(path).names.keySet());
  }

  @Override
  public synchronized void forceDirectory(Path path) throws IOException {
    Directory directory = directory(path);
    for (Naming naming : directory.unforced) {
      naming.run();
    }
    directory.unforced.clear();
  }

  private final class Open implements DiskFile {
    private final Bytes bytes;

    Open(Bytes bytes) {
      this.bytes = bytes;
    }

    @Override
    public void write(ByteBuffer source, long position) {
      synchronized (ForgetfulDisk.this) {
        bytes.put(source, Math.toIntExact(position));
      }
    }

    @Override
    public int read(ByteBuffer target, long position) {
      synchronized (ForgetfulDisk.this) {
        int count = (int) Math.max(0, Math.min(target.remaining(), bytes.size - position));
        target.put(bytes.now, (int) Math.min(position, bytes.size), count);
        return count;
      }
    }

    @Override
    public long size() {
      synchronized (ForgetfulDisk.this) {
        return bytes.size;
      }
    }

    @Override
    public void truncate(long size) {
      synchronized (ForgetfulDisk.this) {
        bytes.size = Math.toIntExact(size);
        Arrays.fill(bytes.now, bytes.size, bytes.now.length, (byte) 0);
        bytes.dirtyFrom = Math.min(bytes.dirtyFrom, bytes.size);
        bytes.dirtyTo = bytes.size;
      }
    }

    @Override
    public void force() throws IOException {
      synchronized (ForgetfulDisk.this) {
        if (bytes.durable == null) {
          bytes.forced = Arrays.copyOf(bytes.now, bytes.size);
        } else if (bytes.dirtyFrom < Integer.MAX_VALUE) {
          writeThrough();
        }
        bytes.dirtyFrom = Integer.MAX_VALUE;
        bytes.dirtyTo = 0;
      }
    }

    private void writeThrough() throws IOException {
      try (FileChannel file = FileChannel.open(bytes.durable, StandardOpenOption.WRITE)) {
        int from = Math.min(bytes.dirtyFrom, bytes.size);
        int to = Math.max(from, Math.min(bytes.dirtyTo, bytes.size));
        file.write(ByteBuffer.wrap(bytes.now, from, to - from), from);
        file.truncate(bytes.size);
      }
    }

    @Override
    public void close() {}
  }
}
