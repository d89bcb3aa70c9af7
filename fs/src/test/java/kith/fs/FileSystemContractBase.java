package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kith.fs.DriveException.Reason;
import org.junit.jupiter.api.function.Executable;

/** What the tests of the contract share. */
public interface FileSystemContractBase {
  /** The filesystem of the running test, empty at its start. */
  FileSystem drive();

  /** The user that the tests run as, who may do everything. */
  default Caller caller() {
    return new Caller(0, 0);
  }

  /** A file in the root with that content; its inode number. */
  default long file(String name, String content) throws IOException {
    return file(FileSystem.ROOT, name, content.getBytes(StandardCharsets.UTF_8));
  }

  /** A file with that content; its inode number. */
  default long file(long directory, String name, byte[] content) throws IOException {
    FileSystem.Opened opened = drive().create(caller(), directory, FileName.of(name), 0644);
    drive().write(opened.handle(), 0, ByteBuffer.wrap(content));
    drive().release(opened.handle());
    return opened.attributes().inode();
  }

  /** A directory in the root; its inode number. */
  default long directory(String name) throws IOException {
    return directory(FileSystem.ROOT, name);
  }

  default long directory(long parent, String name) throws IOException {
    return drive().makeDirectory(caller(), parent, FileName.of(name), 0755).inode();
  }

  /** Whole content of a file. */
  default byte[] content(long inode) throws IOException {
    FileSystem.Opened opened = drive().open(inode, false);
    try {
      return content(opened.handle(), Math.toIntExact(opened.attributes().size()));
    } finally {
      drive().release(opened.handle());
    }
  }

  /** Bytes from the start of an open file, and the end right behind them. */
  default byte[] content(long handle, int length) throws IOException {
    var out = new ByteArrayOutputStream();
    ByteBuffer part = ByteBuffer.allocate(100_000);
    for (int got = drive().read(handle, 0, part);
        got > 0;
        got = drive().read(handle, out.size(), part)) {
      out.write(part.array(), part.arrayOffset(), got);
      part.clear();
    }
    assertEquals(length, out.size(), "bytes up to the end of the file");
    return out.toByteArray();
  }

  default String text(long inode) throws IOException {
    return new String(content(inode), StandardCharsets.UTF_8);
  }

  /** Names in a directory, in the order in which it lists them. */
  default List<FileName> names(long directory) throws IOException {
    var names = new ArrayList<FileName>();
    drive().readDirectory(directory, 0, (name, inode, kind, cookie) -> names.add(name));
    return names;
  }

  default Attributes find(String name) throws IOException {
    return drive().lookup(FileSystem.ROOT, FileName.of(name));
  }

  default void assertFails(Reason reason, Executable call) {
    assertEquals(reason, assertThrows(DriveException.class, call).reason());
  }
}
