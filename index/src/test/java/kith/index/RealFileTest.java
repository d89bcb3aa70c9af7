package kith.index;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RealFileTest {
  private static final String CONTENT = "0123456789";

  @TempDir Path folder;
  private Path path;

  @BeforeEach
  void write() throws IOException {
    path = folder.resolve("file");
    Files.writeString(path, CONTENT);
  }

  private RealFile interruptedOnce() throws IOException {
    return new RealFile(path, new Interrupted(FileChannel.open(path, READ, WRITE)), READ, WRITE);
  }

  @Test
  void aReadThatIsInterruptedWhenItHasReadIsDoneAgain() throws IOException {
    try (RealFile file = interruptedOnce()) {
      ByteBuffer target = ByteBuffer.allocate(6);
      assertEquals(6, file.read(target, 2));
      assertEquals("234567", new String(target.array(), US_ASCII));
      assertTrue(Thread.interrupted(), "and the thread knows");
    }
  }

  @Test
  void aWriteThatIsInterruptedWhenItHasWrittenIsDoneAgain() throws IOException {
    try (RealFile file = interruptedOnce()) {
      ByteBuffer source = ByteBuffer.wrap("abcdef".getBytes(US_ASCII));
      file.write(source, 2);
      assertEquals(0, source.remaining());
      assertTrue(Thread.interrupted(), "and the thread knows");
    }
    assertEquals("01abcdef89", Files.readString(path));
  }

  /** Does half of what is asked, and then is interrupted; the buffer has moved. */
  private static final class Interrupted extends FileChannel {
    private final FileChannel file;

    Interrupted(FileChannel file) {
      this.file = file;
    }

    private IOException interrupt() throws IOException {
      close();
      Thread.currentThread().interrupt();
      return new ClosedByInterruptException();
    }

    private static ByteBuffer half(ByteBuffer buffer) {
      return buffer.slice(buffer.position(), buffer.remaining() / 2);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      target.position(target.position() + file.read(half(target), position));
      throw interrupt();
    }

    @Override
    public int write(ByteBuffer source, long position) throws IOException {
      source.position(source.position() + file.write(half(source), position));
      throw interrupt();
    }

    @Override
    protected void implCloseChannel() throws IOException {
      file.close();
    }

    @Override
    public int read(ByteBuffer target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public int write(ByteBuffer source) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long position() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel position(long position) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long size() {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileChannel truncate(long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void force(boolean metadata) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel target) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long position, long count) {
      throw new UnsupportedOperationException();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock lock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) {
      throw new UnsupportedOperationException();
    }
  }
}
