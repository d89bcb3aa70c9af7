package kith.fs;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** A real folder that behaves as one on a worse filesystem, or one that is nearly full. */
final class FaultyDestination implements DestinationFolder {
  private final DestinationFolder folder;
  private Faults faults = new Faults(false, false, new AtomicLong(Long.MAX_VALUE));

  /** What is wrong with it, and with all folders in it. */
  private record Faults(boolean folds, boolean poor, AtomicLong room) {}

  FaultyDestination(DestinationFolder folder) {
    this.folder = folder;
  }

  /** Takes names that differ in case for the same. */
  FaultyDestination folding() {
    faults = new Faults(true, faults.poor, faults.room);
    return this;
  }

  FaultyDestination withoutXattrsAndLinks() {
    faults = new Faults(faults.folds, true, faults.room);
    return this;
  }

  /** Has room for so many bytes. */
  FaultyDestination room(long bytes) {
    faults.room.set(bytes);
    return this;
  }

  private FileName at(FileName name) throws IOException {
    return faults.folds ? FileName.of(name.toString().toLowerCase(Locale.ROOT)) : name;
  }

  private FaultyDestination same(DestinationFolder other) {
    var like = new FaultyDestination(other);
    like.faults = faults;
    return like;
  }

  private static DestinationFolder real(DestinationFolder folder) {
    return ((FaultyDestination) folder).folder;
  }

  private DestinationAttributes kept(DestinationAttributes wanted, Set<DestinationLoss> lost) {
    if (!faults.poor || wanted.xattrs().isEmpty()) {
      return wanted;
    }
    lost.add(DestinationLoss.XATTR);
    return new DestinationAttributes(
        wanted.mode(), wanted.uid(), wanted.gid(), wanted.mtime(), List.of());
  }

  @Override
  public List<FileName> names() throws IOException {
    return folder.names();
  }

  @Override
  public Optional<SourceStat> stat(FileName name) throws IOException {
    return folder.stat(at(name));
  }

  @Override
  public DestinationFolder folder(FileName name) throws IOException {
    return same(folder.folder(at(name)));
  }

  @Override
  public DestinationFile file(FileName name) throws IOException {
    return new Faulty(folder.file(at(name)));
  }

  @Override
  public DestinationFile create(FileName name) throws IOException {
    return new Faulty(folder.create(at(name)));
  }

  @Override
  public void admitOwner(FileName name) throws IOException {
    folder.admitOwner(at(name));
  }

  @Override
  public void makeFolder(FileName name) throws IOException {
    folder.makeFolder(at(name));
  }

  @Override
  public void makeSymlink(FileName name, byte[] target) throws IOException {
    folder.makeSymlink(at(name), target);
  }

  @Override
  public void makeNode(FileName name, FileKind kind, long device) throws IOException {
    folder.makeNode(at(name), kind, device);
  }

  @Override
  public void link(FileName name, DestinationFolder into, FileName as) throws IOException {
    if (faults.poor) {
      throw new DestinationException(
          DestinationException.Reason.UNSUPPORTED, "Operation not permitted");
    }
    folder.link(at(name), real(into), at(as));
  }

  @Override
  public void move(FileName name, DestinationFolder into, FileName as, boolean replacing)
      throws IOException {
    folder.move(at(name), real(into), at(as), replacing);
  }

  @Override
  public void remove(FileName name) throws IOException {
    folder.remove(at(name));
  }

  @Override
  public void empty() throws IOException {
    folder.empty();
  }

  @Override
  public void removeFolder(FileName name) throws IOException {
    folder.removeFolder(at(name));
  }

  @Override
  public Set<DestinationLoss> adapt(DestinationAttributes attributes) throws IOException {
    Set<DestinationLoss> lost = EnumSet.noneOf(DestinationLoss.class);
    lost.addAll(folder.adapt(kept(attributes, lost)));
    return lost;
  }

  @Override
  public Set<DestinationLoss> adapt(FileName name, DestinationAttributes attributes)
      throws IOException {
    return folder.adapt(at(name), attributes);
  }

  @Override
  public boolean lock() throws IOException {
    return folder.lock();
  }

  @Override
  public void sync() throws IOException {
    folder.sync();
  }

  @Override
  public long freeBytes() throws IOException {
    return faults.room.get();
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }

  private final class Faulty implements DestinationFile {
    private final DestinationFile file;

    private Faulty(DestinationFile file) {
      this.file = file;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(long offset, byte[] target, int length) throws IOException {
      return file.read(offset, target, length);
    }

    @Override
    public long data(long offset) throws IOException {
      return file.data(offset);
    }

    @Override
    public void write(long offset, byte[] bytes, int length) throws IOException {
      if (faults.room.addAndGet(-length) < 0) {
        throw new DestinationException(DestinationException.Reason.FULL, "No space left on device");
      }
      file.write(offset, bytes, length);
    }

    @Override
    public void truncate(long size) throws IOException {
      file.truncate(size);
    }

    @Override
    public Set<DestinationLoss> adapt(DestinationAttributes attributes) throws IOException {
      Set<DestinationLoss> lost = EnumSet.noneOf(DestinationLoss.class);
      lost.addAll(file.adapt(kept(attributes, lost)));
      return lost;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
