package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import kith.codec.KithException;
import kith.codec.PackKind;

/**
 * A tree in memory that can be changed between builds, and remembers when each inode, and what is
 * below it, last changed: source and memo of builds at once. For one thread.
 */
final class TreeBuilderSource implements ReadTree, FileContent, TreeMemo {
  /** One file. */
  final class Node {
    final long inode;
    final FileKind kind;
    final NavigableMap<FileName, Node> children = new TreeMap<>();
    final NavigableMap<Long, byte[]> pieces = new TreeMap<>();
    final List<Node> parents = new ArrayList<>();
    final List<Xattr> xattrs = new ArrayList<>();
    long size;
    byte[] target = {};
    int mode = 0644;
    Timestamp mtime = new Timestamp(1_700_000_000, 5);
    long changed;

    Node(long inode, FileKind kind) {
      this.inode = inode;
      this.kind = kind;
    }

    /** Marks this and all that it is below as changed. */
    void touch() {
      changed = ++clock;
      parents.forEach(Node::touch);
    }
  }

  private record Noted(byte[] bytes, long at) {}

  private final ChunkSink sink;
  private final Map<Long, Node> nodes = new HashMap<>();
  private final Map<Long, Noted> notes = new HashMap<>();
  private Optional<ChunkRef> noted = Optional.empty();
  private long clock;
  private long nextInode = FileSystem.ROOT;
  final Node root = add(null, null, FileKind.DIRECTORY);
  int visited;

  TreeBuilderSource(ChunkSink sink) {
    this.sink = sink;
  }

  TreeBuilder.Input input() {
    return new TreeBuilder.Input(this, this, Names.NONE);
  }

  static FileName name(String text) {
    try {
      return FileName.of(text);
    } catch (DriveException e) {
      throw new IllegalArgumentException(e);
    }
  }

  Node add(Node parent, String name, FileKind kind) {
    Node node = new Node(nextInode++, kind);
    nodes.put(node.inode, node);
    if (parent != null) {
      link(parent, name, node);
    }
    return node;
  }

  void link(Node parent, String name, Node node) {
    parent.children.put(name(name), node);
    node.parents.add(parent);
    node.touch();
  }

  void unlink(Node parent, FileName name) {
    Node node = parent.children.remove(name);
    node.touch();
    parent.touch();
    node.parents.remove(parent);
    if (node.parents.isEmpty()) {
      forget(node);
    }
  }

  private void forget(Node node) {
    nodes.remove(node.inode);
    notes.remove(node.inode);
    for (Node child : new ArrayList<>(node.children.values())) {
      child.parents.remove(node);
      child.touch();
      if (child.parents.isEmpty()) {
        forget(child);
      }
    }
  }

  void write(Node file, long offset, byte[] bytes) {
    if (bytes.length > 0) {
      file.pieces.put(offset, bytes);
    }
    file.size = Math.max(file.size, offset + bytes.length);
    file.touch();
  }

  Map<Long, Node> all() {
    return nodes;
  }

  private Node node(long inode) throws DriveException {
    Node node = nodes.get(inode);
    if (node == null) {
      throw new DriveException(DriveException.Reason.STALE, "inode " + inode);
    }
    return node;
  }

  @Override
  public Attributes attributes(long inode) throws IOException {
    Node n = node(inode);
    long directories =
        n.children.values().stream().filter(c -> c.kind == FileKind.DIRECTORY).count();
    int nlink = n.kind == FileKind.DIRECTORY ? 2 + (int) directories : n.parents.size();
    long device = n.kind == FileKind.CHARACTER_DEVICE ? 0x103 : 0;
    long blocks =
        TreeRecord.blocks(n.pieces.values().stream().mapToLong(piece -> piece.length).sum());
    Timestamp ctime = new Timestamp(1_700_000_000 + n.changed, 7);
    return new Attributes(
        inode, n.kind, n.mode, 10, 20, nlink, n.size, blocks, device, n.mtime, n.mtime, ctime);
  }

  @Override
  public OptionalLong lookup(long directory, FileName name) throws IOException {
    Node child = node(directory).children.get(name);
    return child == null ? OptionalLong.empty() : OptionalLong.of(child.inode);
  }

  @Override
  public void list(long directory, FileName after, Visitor visitor)
      throws IOException, KithException {
    var children = node(directory).children;
    for (var entry : (after == null ? children : children.tailMap(after, false)).entrySet()) {
      visited++;
      Node child = entry.getValue();
      if (!visitor.visit(entry.getKey(), child.inode, child.kind)) {
        return;
      }
    }
  }

  @Override
  public byte[] symlinkTarget(long inode) throws IOException {
    return node(inode).target;
  }

  @Override
  public List<Xattr> xattrs(long inode) throws IOException {
    return node(inode).xattrs;
  }

  @Override
  public long seek(long inode, long offset, FileSystem.SeekTo what) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int read(long inode, long offset, ByteBuffer target) throws IOException {
    Node node = node(inode);
    int length = (int) Math.max(0, Math.min(target.remaining(), node.size - offset));
    byte[] bytes = new byte[length];
    for (var piece : node.pieces.entrySet()) {
      for (int i = 0; i < piece.getValue().length; i++) {
        long at = piece.getKey() + i - offset;
        if (at >= 0 && at < length) {
          bytes[(int) at] = piece.getValue()[i];
        }
      }
    }
    target.put(bytes);
    return length;
  }

  @Override
  public void visit(long inode, PieceVisitor visitor) throws IOException, KithException {
    for (var piece : node(inode).pieces.entrySet()) {
      byte[] bytes = piece.getValue();
      visitor.piece(piece.getKey(), sink.put(PackKind.DATA, bytes, 0, bytes.length));
    }
  }

  @Override
  public Optional<Note> note(long inode) {
    Noted note = notes.get(inode);
    return note == null
        ? Optional.empty()
        : Optional.of(new Note(note.bytes(), nodes.get(inode).changed <= note.at()));
  }

  @Override
  public Optional<ChunkRef> nodes() {
    return noted;
  }

  @Override
  public void noted(Map<Long, byte[]> more, ChunkRef table) {
    more.forEach((inode, bytes) -> notes.put(inode, new Noted(bytes, clock)));
    noted = Optional.of(table);
  }
}
