package kith.fs.fuse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.fs.Attributes;
import kith.fs.DriveException;
import kith.fs.FileKind;
import kith.fs.FileName;
import kith.fs.FileSystem;

/** The callbacks of libfuse3 that list directories. */
final class LowDirectoryCalls {
  private static final byte[] SELF = {'.'};
  private static final byte[] PARENT = {'.', '.'};

  /** Cookies that the kernel sees for "." and ".."; those of entries are moved up by as much. */
  private static final int DOTS = 2;

  /** What libfuse says where it doesn't know. */
  private static final long UNKNOWN_INODE = 0xffffffffL;

  private final FileSystem drive;
  private final LowDispatch dispatch;
  private final LowEntries entries;

  LowDirectoryCalls(FileSystem drive, LowDispatch dispatch, LowEntries entries) {
    this.drive = drive;
    this.dispatch = dispatch;
    this.entries = entries;
  }

  void register(LowOperations table) {
    table.set(LowOperation.OPENDIR, this::opendir);
    table.set(LowOperation.READDIR, this::readdir);
    table.set(LowOperation.READDIRPLUS, this::readdirplus);
    table.set(LowOperation.RELEASEDIR, this::releasedir);
    table.set(LowOperation.FSYNCDIR, this::fsyncdir);
  }

  private void opendir(LowRequest request, long inode, long fileInfo) {
    request.answer((fuse, r) -> fuse.fuse_reply_open(r, fileInfo));
  }

  private void releasedir(LowRequest request, long inode, long fileInfo) {
    request.done();
  }

  private void fsyncdir(LowRequest request, long inode, long dataOnly, long fileInfo)
      throws IOException {
    dispatch.changing(
        request,
        inode,
        (r, scratch) -> {
          drive.sync(inode);
          r.done();
        });
  }

  private void readdir(LowRequest request, long inode, long size, long offset, long fileInfo)
      throws IOException {
    dispatch.asking(
        request,
        inode,
        (r, scratch) -> new Listing(r, scratch, inode, (int) size, false).answer(offset));
  }

  private void readdirplus(LowRequest request, long inode, long size, long offset, long fileInfo)
      throws IOException {
    dispatch.asking(
        request,
        inode,
        (r, scratch) -> new Listing(r, scratch, inode, (int) size, true).answer(offset));
  }

  /** The answer to one request for entries. */
  private final class Listing {
    private final LowRequest request;
    private final long directory;
    private final boolean full;
    private final long buffer;
    private final LowListing listing;
    private final int nameTimeout;
    private final List<Long> referenced = new ArrayList<>();

    /**
     * @param full whether the kernel wants to know all that a look-up tells
     */
    Listing(LowRequest request, LowScratch scratch, long directory, int room, boolean full) {
      this.request = request;
      this.directory = directory;
      this.full = full;
      this.buffer = scratch.data(room);
      this.listing = new LowListing(buffer, room);
      this.nameTimeout = entries.nameTimeout(directory);
    }

    void answer(long offset) throws IOException {
      boolean arrived = false;
      try {
        fill(offset);
        arrived = request.bytes(buffer, listing.used());
      } finally {
        if (!arrived) {
          referenced.forEach(inode -> entries.forget(inode, 1));
        }
      }
    }

    private void fill(long offset) throws IOException {
      boolean more =
          (offset >= 1 || addKind(SELF, directory, FileKind.DIRECTORY, 1))
              && (offset >= DOTS || addKind(PARENT, UNKNOWN_INODE, FileKind.DIRECTORY, DOTS));
      if (more) {
        drive.readDirectory(directory, Math.max(0, offset - DOTS), this::take);
      }
    }

    private boolean take(FileName name, long inode, FileKind kind, long cookie) throws IOException {
      byte[] bytes = name.toBytes();
      Optional<Attributes> known = full ? attributes(inode) : Optional.empty();
      return known.isPresent()
          ? addKnown(bytes, known.get(), cookie + DOTS)
          : addKind(bytes, inode, kind, cookie + DOTS);
    }

    /** Empty for an entry that has gone meanwhile. */
    private Optional<Attributes> attributes(long inode) throws IOException {
      try {
        return Optional.of(drive.attributes(inode));
      } catch (DriveException e) {
        if (e.reason() != DriveException.Reason.STALE) {
          throw e;
        }
        return Optional.empty();
      }
    }

    private boolean addKind(byte[] name, long inode, FileKind kind, long next) {
      return full
          ? listing.addUnknown(name, inode, kind, next)
          : listing.add(name, inode, kind, next);
    }

    private boolean addKnown(byte[] name, Attributes attributes, long next) throws IOException {
      long inode = attributes.inode();
      int timeout = entries.attributeTimeout(inode);
      if (!listing.addKnown(name, attributes, next, nameTimeout, timeout)) {
        return false;
      }
      drive.reference(inode);
      referenced.add(inode);
      return true;
    }
  }
}
