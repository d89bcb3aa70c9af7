package kith.fs.fuse;

import com.kenai.jffi.CallContext;
import com.kenai.jffi.CallingConvention;
import com.kenai.jffi.Invoker;
import com.kenai.jffi.Type;
import java.io.IOException;
import kith.fs.FileKind;
import kith.fs.FileSystem;

/** The callbacks that list directories. */
final class DirectoryCalls {
  private static final byte[] SELF = {'.'};
  private static final byte[] PARENT = {'.', '.'};

  /** Cookies that the kernel sees for "." and ".."; those of entries are moved up by as much. */
  private static final int DOTS = 2;

  /** What libfuse says where it doesn't know. */
  private static final long UNKNOWN_INODE = 0xffffffffL;

  private static final Invoker INVOKER = Invoker.getInstance();

  /** fuse_fill_dir_t: int (void *buffer, const char *name, const struct stat *, off_t next). */
  private static final CallContext FILL_DIRECTORY =
      CallContext.getCallContext(
          Type.SINT32,
          new Type[] {Type.POINTER, Type.POINTER, Type.POINTER, Type.SINT64},
          CallingConvention.DEFAULT,
          false);

  private final FileSystem drive;
  private final Paths paths;
  private final StatWriter stats = new StatWriter();

  DirectoryCalls(FileSystem drive, Paths paths) {
    this.drive = drive;
    this.paths = paths;
  }

  void register(OperationTable table) {
    var at = table.layout();
    table.set(at.opendir, this::opendir);
    table.set(at.readdir, this::readdir);
    table.set(at.fsyncdir, this::fsyncdir);
  }

  private int opendir(long path, long fileInfo) throws IOException {
    FileInfo.setHandle(fileInfo, paths.inode(path));
    return 0;
  }

  private int fsyncdir(long path, long dataOnly, long fileInfo) throws IOException {
    drive.sync(FileInfo.handle(fileInfo));
    return 0;
  }

  private int readdir(long path, long buffer, long filler, long offset, long fileInfo)
      throws IOException {
    long inode = FileInfo.handle(fileInfo);
    var listing = new Listing(buffer, filler);
    boolean room =
        (offset >= 1 || listing.take(SELF, inode, FileKind.DIRECTORY, 1))
            && (offset >= DOTS || listing.take(PARENT, UNKNOWN_INODE, FileKind.DIRECTORY, DOTS));
    if (room) {
      drive.readDirectory(
          inode,
          Math.max(0, offset - DOTS),
          (name, entry, kind, cookie) -> listing.take(name.toBytes(), entry, kind, cookie + DOTS));
    }
    return 0;
  }

  /** Hands entries to libfuse. */
  private final class Listing {
    private final long buffer;
    private final long filler;
    private final long stat = LoopThread.current().statBuffer();
    private final long nameBuffer = LoopThread.current().nameBuffer();

    Listing(long buffer, long filler) {
      this.buffer = buffer;
      this.filler = filler;
    }

    boolean take(byte[] name, long inode, FileKind kind, long nextOffset) {
      NativeMemory.putString(nameBuffer, name);
      stats.writeEntry(stat, inode, kind.modeBits());
      return INVOKER.invokeN4(FILL_DIRECTORY, filler, buffer, nameBuffer, stat, nextOffset) == 0;
    }
  }
}
