package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;

/**
 * A file of this machine. A FileChannel closes itself for everybody when one thread that uses it is
 * interrupted; this file then opens it again, and leaves the thread interrupted. What an
 * interrupted call did is not known, though it may have moved the buffer: it is done again from
 * where it began.
 */
final class RealFile implements DiskFile {
  private final Path path;
  private final OpenOption[] options;
  private volatile FileChannel channel;
  private volatile boolean closed;

  /**
   * @param options to open the file again
   */
  RealFile(Path path, FileChannel channel, OpenOption... options) {
    this.path = path;
    this.channel = channel;
    this.options = options;
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    long at = position;
    while (source.hasRemaining()) {
      long next = at;
      int from = source.position();
      at += uninterrupted(open -> open.write(source.position(from), next));
    }
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int total = 0;
    while (target.hasRemaining()) {
      long next = position + total;
      int from = target.position();
      int count = uninterrupted(open -> open.read(target.position(from), next));
      if (count < 0) {
        break;
      }
      total += count;
    }
    return total;
  }

  @Override
  public long size() throws IOException {
    return uninterrupted(FileChannel::size);
  }

  @Override
  public void truncate(long size) throws IOException {
    uninterrupted(open -> open.truncate(size));
  }

  @Override
  public void force() throws IOException {
    force(false);
  }

  /**
   * @param metadata whether times and the like must be durable too; so it is for directories
   */
  void force(boolean metadata) throws IOException {
    uninterrupted(
        open -> {
          open.force(metadata);
          return open;
        });
  }

  @FunctionalInterface
  private interface Use<T> {
    T of(FileChannel open) throws IOException;
  }

  private <T> T uninterrupted(Use<T> use) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        FileChannel open = channel;
        try {
          return use.of(open);
        } catch (ClosedChannelException e) {
          interrupted |= Thread.interrupted();
          openAgain(open, e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private synchronized void openAgain(FileChannel before, ClosedChannelException cause)
      throws IOException {
    if (closed) {
      throw cause;
    }
    if (channel == before) {
      channel = FileChannel.open(path, options);
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    channel.close();
  }
}
