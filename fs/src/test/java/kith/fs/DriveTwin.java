package kith.fs;

import static kith.fs.DriveFixture.ME;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;

/**
 * Does the same random things to a drive and to a filesystem on the heap, below one directory of
 * each, and compares what both say. For one thread.
 */
final class DriveTwin {
  private static final int MOST_BYTES = 700_000;
  private static final int HANDLES = 6;

  /** The same file in both. */
  private record Pair(long real, long model) {}

  private interface Call<T> {
    T on(FileSystem fs, boolean real) throws IOException;
  }

  private record Outcome<T>(T value, DriveException.Reason failure) {}

  private final MemoryFileSystem model;
  private final Random random;
  private final String start;
  private final List<Pair> handles = new ArrayList<>();
  private FileSystem real;

  /**
   * @param start name of the directory in the roots below which everything happens; made if it is
   *     missing
   */
  DriveTwin(FileSystem real, MemoryFileSystem model, String start, Random random)
      throws IOException {
    this.real = real;
    this.model = model;
    this.start = start;
    this.random = random;
    real.makeDirectory(ME, FileSystem.ROOT, FileName.of(start), 0755);
    model.makeDirectory(ME, FileSystem.ROOT, FileName.of(start), 0755);
  }

  /** Closes all handles. */
  void releaseAll() throws IOException {
    for (Pair handle : handles) {
      real.release(handle.real);
      model.release(handle.model);
    }
    handles.clear();
  }

  /** Goes on with the same drive, opened again. */
  void reopened(FileSystem drive) {
    real = drive;
  }

  /** Throws if the drive has not all that the model has, or anything else. */
  void compare() throws IOException {
    compare(listing(model), listing(real));
  }

  /** As {@link #compare()} where the clock runs between what is done to the one and the other. */
  void compareButTimes() throws IOException {
    compare(withoutTimes(listing(model)), withoutTimes(listing(real)));
  }

  private static Map<String, String> withoutTimes(Map<String, String> listing) {
    listing.replaceAll((path, what) -> what.replaceAll("Timestamp\\[[^]]*]", ""));
    return listing;
  }

  private static void compare(Map<String, String> expected, Map<String, String> found) {
    if (!expected.equals(found)) {
      Map<String, String> more = new HashMap<>(found);
      more.entrySet().removeAll(expected.entrySet());
      expected.entrySet().removeAll(found.entrySet());
      throw new AssertionError("expected " + expected + "\nfound " + more);
    }
  }

  private Map<String, String> listing(FileSystem fs) throws IOException {
    long inode = fs.lookup(FileSystem.ROOT, FileName.of(start)).inode();
    return DriveFixture.listing(fs, inode, false);
  }

  /** Does one thing. */
  void step() throws IOException {
    switch (random.nextInt(26)) {
      case 0, 1 -> makeDirectory();
      case 2, 3, 4, 5 -> create();
      case 6 -> open();
      case 7, 8, 9, 10, 11 -> write();
      case 12, 13 -> truncate();
      case 14 -> unlink();
      case 15 -> removeDirectory();
      case 16, 17, 18 -> rename();
      case 19, 20 -> link();
      case 21 -> xattr();
      case 22 -> attributes();
      case 23 -> allocate();
      case 24 -> seek();
      default -> symlink();
    }
  }

  private <T> Outcome<T> both(String what, Call<T> call) throws IOException {
    Outcome<T> expected = outcome(call, model, false);
    Outcome<T> found = outcome(call, real, true);
    if (expected.failure != found.failure) {
      throw new AssertionError(what + ": " + found.failure + " instead of " + expected.failure);
    }
    return expected;
  }

  private static <T> Outcome<T> outcome(Call<T> call, FileSystem fs, boolean real)
      throws IOException {
    try {
      return new Outcome<>(call.on(fs, real), null);
    } catch (DriveException e) {
      return new Outcome<>(null, e.reason());
    }
  }

  private FileName name() throws IOException {
    return FileName.of("abcdef".charAt(random.nextInt(6)) + (random.nextInt(3) == 0 ? "é" : ""));
  }

  /** Some directory: from the start down as many levels as there are by chance. */
  private Pair directory() throws IOException {
    Pair at = child(new Pair(FileSystem.ROOT, FileSystem.ROOT), FileName.of(start)).orElseThrow();
    for (int depth = random.nextInt(4); depth > 0; depth--) {
      Optional<Pair> below = child(at, name());
      if (below.isPresent() && model.attributes(below.get().model).kind() == FileKind.DIRECTORY) {
        at = below.get();
      }
    }
    return at;
  }

  private Optional<Pair> child(Pair directory, FileName name) throws IOException {
    try {
      long inModel = model.lookup(directory.model, name).inode();
      return Optional.of(new Pair(real.lookup(directory.real, name).inode(), inModel));
    } catch (DriveException e) {
      return Optional.empty();
    }
  }

  /** Some file that is no directory. */
  private Optional<Pair> file() throws IOException {
    for (int attempt = 0; attempt < 20; attempt++) {
      Optional<Pair> found = child(directory(), name());
      if (found.isPresent() && model.attributes(found.get().model).kind() == FileKind.REGULAR) {
        return found;
      }
    }
    return Optional.empty();
  }

  private void makeDirectory() throws IOException {
    Pair in = directory();
    FileName name = name();
    int mode = random.nextInt(8) == 0 ? 02755 : 0700;
    both("mkdir", (fs, r) -> fs.makeDirectory(ME, r ? in.real : in.model, name, mode));
  }

  private void symlink() throws IOException {
    Pair in = directory();
    FileName name = name();
    byte[] target = name.toBytes();
    both("symlink", (fs, r) -> fs.makeSymlink(ME, r ? in.real : in.model, name, target));
  }

  private void create() throws IOException {
    Pair in = directory();
    FileName name = name();
    Outcome<Object> made =
        both(
            "create",
            (fs, r) -> {
              FileSystem.Opened opened = fs.create(ME, r ? in.real : in.model, name, 0644);
              fs.release(opened.handle());
              return "";
            });
    if (made.failure == null) {
      write(child(in, name).orElseThrow());
    }
  }

  private void open() throws IOException {
    if (handles.size() == HANDLES) {
      Pair handle = handles.remove(random.nextInt(HANDLES));
      real.release(handle.real);
      model.release(handle.model);
    }
    Optional<Pair> file = file();
    if (file.isPresent()) {
      handles.add(open(file.get()));
    }
  }

  private void write() throws IOException {
    if (!handles.isEmpty() && random.nextInt(3) == 0) {
      writeTo(handles.get(random.nextInt(handles.size())));
      return;
    }
    Optional<Pair> file = file();
    if (file.isPresent()) {
      write(file.get());
    }
  }

  private void write(Pair file) throws IOException {
    Pair handle = open(file);
    writeTo(handle);
    real.release(handle.real);
    model.release(handle.model);
  }

  private void writeTo(Pair handle) throws IOException {
    for (int part = random.nextInt(4); part >= 0; part--) {
      long offset = offset();
      byte[] content = content();
      both(
          "write",
          (fs, r) -> {
            fs.write(r ? handle.real : handle.model, offset, ByteBuffer.wrap(content));
            return "";
          });
      ByteBuffer expected = ByteBuffer.allocate(content.length + 10_000);
      ByteBuffer found = ByteBuffer.allocate(content.length + 10_000);
      model.read(handle.model, Math.max(0, offset - 5000), expected);
      real.read(handle.real, Math.max(0, offset - 5000), found);
      if (!expected.flip().equals(found.flip())) {
        throw new AssertionError("reads otherwise after a write at " + offset);
      }
    }
  }

  private long offset() {
    return switch (random.nextInt(8)) {
      case 0 -> random.nextInt(6_000_000);
      case 1, 2 -> random.nextInt(12) * 65_536L;
      case 3 -> random.nextInt(40);
      default -> random.nextInt(900_000);
    };
  }

  /** Some of it compresses, some occurs again. */
  private byte[] content() {
    byte[] bytes = new byte[1 + random.nextInt(random.nextInt(4) == 0 ? MOST_BYTES : 9_000)];
    switch (random.nextInt(3)) {
      case 0 -> Arrays.fill(bytes, (byte) random.nextInt());
      case 1 -> new Random(random.nextInt(3)).nextBytes(bytes);
      default -> random.nextBytes(bytes);
    }
    return bytes;
  }

  private void truncate() throws IOException {
    Optional<Pair> file = file();
    if (file.isPresent()) {
      long size = random.nextInt(3) == 0 ? 0 : offset();
      both(
          "truncate",
          (fs, r) ->
              fs.change(ME, r ? file.get().real : file.get().model, AttributeChange.size(size)));
    }
  }

  private void unlink() throws IOException {
    Pair in = directory();
    FileName name = name();
    both(
        "unlink",
        (fs, r) -> {
          fs.unlink(r ? in.real : in.model, name);
          return "";
        });
  }

  private void removeDirectory() throws IOException {
    Pair in = directory();
    FileName name = name();
    both(
        "rmdir",
        (fs, r) -> {
          fs.removeDirectory(ME, r ? in.real : in.model, name);
          return "";
        });
  }

  private void rename() throws IOException {
    Pair from = directory();
    Pair to = random.nextBoolean() ? from : directory();
    FileName name = name();
    FileName newName = name();
    var modes = FileSystem.RenameMode.values();
    FileSystem.RenameMode mode = modes[random.nextInt(modes.length)];
    both(
        "rename " + name + " to " + newName + " " + mode,
        (fs, r) -> {
          fs.rename(
              new FileSystem.Place(r ? from.real : from.model, name),
              new FileSystem.Place(r ? to.real : to.model, newName),
              mode);
          return "";
        });
  }

  private void allocate() throws IOException {
    Optional<Pair> file = file();
    if (file.isPresent()) {
      Pair opened = open(file.get());
      long offset = offset();
      long length = 1L + random.nextInt(MOST_BYTES);
      var modes = FileSystem.AllocateMode.values();
      FileSystem.AllocateMode mode = modes[random.nextInt(modes.length)];
      both(
          "allocate " + mode,
          (fs, r) -> {
            fs.allocate(r ? opened.real : opened.model, offset, length, mode);
            return "";
          });
      real.release(opened.real);
      model.release(opened.model);
    }
  }

  /** What is said to be a hole must be zeros, and nothing more must be said to be data. */
  private void seek() throws IOException {
    Optional<Pair> file = file();
    if (file.isPresent()) {
      Pair opened = open(file.get());
      long size = model.attributes(file.get().model).size();
      long at = random.nextInt(4) == 0 ? offset() : 0;
      boolean data = true;
      while (at < size) {
        long next = sought(opened.real, at, size, data);
        if (data && !isZero(opened.model, at, next)) {
          throw new AssertionError("data in a hole from " + at + " to " + next);
        }
        if (next < at || next > size || (data && next == at && at == size)) {
          throw new AssertionError("sought from " + at + ", found " + next + " of " + size);
        }
        data = !data;
        at = next;
      }
      real.release(opened.real);
      model.release(opened.model);
    }
  }

  private long sought(long handle, long from, long size, boolean data) throws IOException {
    try {
      return real.seek(handle, from, data ? FileSystem.SeekTo.DATA : FileSystem.SeekTo.HOLE);
    } catch (DriveException e) {
      if (!data || e.reason() != DriveException.Reason.NO_SUCH_OFFSET) {
        throw e;
      }
      return size;
    }
  }

  private boolean isZero(long handle, long from, long to) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) (to - from));
    model.read(handle, from, bytes);
    for (byte b : bytes.array()) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  private Pair open(Pair file) throws IOException {
    return new Pair(real.open(file.real, true).handle(), model.open(file.model, true).handle());
  }

  private void link() throws IOException {
    Optional<Pair> file = file();
    Pair in = directory();
    FileName name = name();
    if (file.isPresent()) {
      both(
          "link",
          (fs, r) -> fs.link(r ? file.get().real : file.get().model, r ? in.real : in.model, name));
    }
  }

  private void xattr() throws IOException {
    Pair in = random.nextBoolean() ? directory() : file().orElse(directory());
    byte[] name = ("user.n" + random.nextInt(3)).getBytes(StandardCharsets.UTF_8);
    byte[] value = new byte[random.nextInt(3) == 0 ? 6_000 : 5];
    random.nextBytes(value);
    boolean remove = random.nextInt(3) == 0;
    both(
        "xattr",
        (fs, r) -> {
          if (remove) {
            fs.removeXattr(r ? in.real : in.model, name);
          } else {
            fs.setXattr(
                r ? in.real : in.model, name, value, FileSystem.XattrMode.CREATE_OR_REPLACE);
          }
          return "";
        });
  }

  private void attributes() throws IOException {
    Pair of = random.nextBoolean() ? directory() : file().orElse(directory());
    boolean regular = model.attributes(of.model).kind() == FileKind.REGULAR;
    Timestamp time = new Timestamp(random.nextInt(), random.nextInt(1_000_000_000));
    AttributeChange change =
        new AttributeChange(
            OptionalInt.of(random.nextInt(010000)),
            random.nextBoolean() ? OptionalInt.of(random.nextInt(5)) : OptionalInt.empty(),
            OptionalInt.empty(),
            regular && random.nextBoolean() ? OptionalLong.of(offset()) : OptionalLong.empty(),
            Optional.of(time),
            Optional.of(time),
            Optional.empty());
    both("setattr", (fs, r) -> fs.change(ME, r ? of.real : of.model, change));
  }
}
