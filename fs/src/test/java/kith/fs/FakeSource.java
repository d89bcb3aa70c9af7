package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A folder to import from that is in memory, with faults that a test sets. */
final class FakeSource implements SourceFolder {
  static final Timestamp BEFORE = new Timestamp(1_000_000_000, 7);

  private static long numbers = 100;

  private final Map<FileName, Node> nodes = new TreeMap<>();
  private final Node self = new Node(FileKind.DIRECTORY, new byte[0]);
  private boolean open = true;

  /** Something that happens while a file is read. */
  interface Event {
    void happens() throws IOException;
  }

  /** A file of any kind. */
  static final class Node {
    final long number = ++numbers;
    final FileKind kind;
    final Map<String, byte[]> xattrs = new LinkedHashMap<>();
    byte[] content;
    FakeSource folder;
    Timestamp mtime = BEFORE;
    Timestamp ctime = BEFORE;
    int mode = 0640;
    int uid = 5;
    int nlink = 1;
    long filesystem = 1;

    /** Where data lies, by begin and end; null for everywhere. */
    long[] data;

    /** Why it cannot be opened, or null. */
    SourceException fault;

    /** Happens each time that something was read. */
    Event reading = () -> {};

    int reads;

    Node(FileKind kind, byte[] content) {
      this.kind = kind;
      this.content = content;
    }

    /** As a program that writes the file does. */
    void write(byte[] other) {
      content = other;
      mtime = new Timestamp(mtime.seconds() + 1, 0);
      ctime = mtime;
    }

    SourceStat stat() {
      long blocks = data == null ? (content.length + 511) / 512 : 1;
      var attributes =
          new Attributes(
              number, kind, mode, uid, 6, nlink, content.length, blocks, 0, BEFORE, mtime, ctime);
      return new SourceStat(attributes, filesystem);
    }

    List<Xattr> listXattrs() {
      List<Xattr> list = new ArrayList<>();
      xattrs.forEach(
          (name, value) -> list.add(new Xattr(name.getBytes(StandardCharsets.UTF_8), value)));
      return list;
    }
  }

  static FileName name(String name) throws DriveException {
    return FileName.of(name);
  }

  Node add(String name, FileKind kind, byte[] content) throws IOException {
    return add(name, new Node(kind, content));
  }

  Node add(String name, byte[] content) throws IOException {
    return add(name, FileKind.REGULAR, content);
  }

  Node add(String name, Node node) throws IOException {
    if (nodes.containsValue(node)) {
      node.nlink++;
    }
    nodes.put(name(name), node);
    return node;
  }

  FakeSource addFolder(String name) throws IOException {
    FakeSource folder = new FakeSource();
    folder.self.folder = folder;
    nodes.put(name(name), folder.self);
    return folder;
  }

  Node self() {
    return self;
  }

  void remove(String name) throws IOException {
    nodes.remove(name(name));
  }

  boolean isOpen() {
    return open;
  }

  private Node node(FileName name) throws SourceException {
    Node node = nodes.get(name);
    if (node == null) {
      throw new SourceException(true, "it has gone");
    }
    return node;
  }

  @Override
  public SourceStat stat() {
    return self.stat();
  }

  @Override
  public List<Xattr> xattrs() {
    return self.listXattrs();
  }

  @Override
  public List<FileName> names() {
    return List.copyOf(nodes.keySet());
  }

  @Override
  public SourceStat stat(FileName name) throws SourceException {
    return node(name).stat();
  }

  @Override
  public List<Xattr> xattrs(FileName name) throws SourceException {
    return node(name).listXattrs();
  }

  @Override
  public byte[] target(FileName name) throws SourceException {
    return node(name).content;
  }

  @Override
  public SourceFolder folder(FileName name) throws SourceException {
    Node node = node(name);
    if (node.fault != null) {
      throw node.fault;
    }
    node.folder.open = true;
    return node.folder;
  }

  @Override
  public SourceFile file(FileName name) throws SourceException {
    Node node = node(name);
    if (node.fault != null) {
      throw node.fault;
    }
    return new Reading(node);
  }

  @Override
  public void close() {
    open = false;
  }

  private record Reading(Node node) implements SourceFile {
    @Override
    public SourceStat stat() {
      return node.stat();
    }

    @Override
    public List<Xattr> xattrs() {
      return node.listXattrs();
    }

    @Override
    public int read(long offset, byte[] target, int at, int length) throws IOException {
      int count = (int) Math.max(0, Math.min(length, node.content.length - offset));
      System.arraycopy(node.content, (int) offset, target, at, count);
      node.reads++;
      node.reading.happens();
      return count;
    }

    @Override
    public long data(long offset) {
      for (int i = 0; i < node.data.length; i += 2) {
        if (offset < node.data[i + 1]) {
          return Math.max(offset, node.data[i]);
        }
      }
      return -1;
    }

    @Override
    public long hole(long offset) {
      for (int i = 0; i < node.data.length; i += 2) {
        if (offset < node.data[i + 1]) {
          return node.data[i + 1];
        }
      }
      throw new AssertionError("no data at " + offset + " of " + Arrays.toString(node.data));
    }

    @Override
    public void close() {}
  }
}
