package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackId;

/**
 * Collects the packs that packed trees need, reading each page once however many trees share it,
 * but the base of patches once for each of them. Memory: a bit for every 16 bytes of TREE packs,
 * and the ids. For one thread.
 */
final class ReclaimTrees {
  /** No sealed record is shorter: its tag alone has as many bytes. */
  private static final int SHORTEST_RECORD = 16;

  private record Todo(ChunkRef page, PageKind kind) {}

  private final ChunkSource source;
  private final PackLost lost;
  private final Set<PackId> packs = new HashSet<>();
  private final Map<PackId, BitSet> seen = new HashMap<>();
  private final Deque<Todo> todo = new ArrayDeque<>();

  /**
   * @param source reads pages; what it cannot read ends the collecting
   * @param lost knows where chunks are by now that are not where references say
   */
  ReclaimTrees(ChunkSource source, PackLost lost) {
    this.source = source;
    this.lost = lost;
  }

  /** The packs that are needed so far. */
  Set<PackId> packs() {
    return packs;
  }

  /** A chunk with nothing below it. */
  void chunk(ChunkRef chunk) throws IOException {
    lost.needed(chunk, packs);
  }

  /** A tree, from the chunk that it hangs from. */
  void tree(ChunkRef root) throws IOException, KithException {
    if (isNew(root)) {
      TreeRoot tree = TreeRoot.read(source, root);
      todo.push(new Todo(tree.nodes(), PageKind.NODES));
      record(tree.directory());
      run();
    }
  }

  /** The list of snapshots, with all their trees. */
  void snapshots(ChunkRef list) throws IOException, KithException {
    table(list, PageKind.SNAPSHOTS);
    for (SnapshotEntry entry : SnapshotList.read(source, list)) {
      if (entry.root().isPresent()) {
        tree(entry.root().get());
      }
    }
  }

  /** A sorted table with all that its items name. */
  void table(ChunkRef root, PageKind kind) throws IOException, KithException {
    todo.push(new Todo(root, kind));
    run();
  }

  private void run() throws IOException, KithException {
    while (!todo.isEmpty()) {
      Todo next = todo.pop();
      if (isNew(next.page)) {
        RowScan.goOn();
        page(next);
      }
    }
  }

  private boolean isNew(ChunkRef ref) throws IOException {
    chunk(ref);
    BitSet places = seen.computeIfAbsent(ref.pack(), pack -> new BitSet());
    int place = ref.offset() / SHORTEST_RECORD;
    boolean isNew = !places.get(place);
    places.set(place);
    return isNew;
  }

  private void page(Todo at) throws IOException, KithException {
    Page page = PageCache.read(source, at.page, at.kind);
    if (page.base().isPresent()) {
      chunk(page.base().get()); // nothing else of it is in the tree
    }
    for (int i = 0; i < page.count(); i++) {
      if (page.level() == 0) {
        item(at.kind, page.value(i));
      } else if (page.level() == 1 && at.kind == PageKind.NODES) {
        chunk(page.child(i)); // the items of these pages name nothing
      } else {
        todo.push(new Todo(page.child(i), at.kind));
      }
    }
  }

  private void item(PageKind kind, byte[] value) throws IOException, CorruptDataException {
    switch (kind) {
      case DIRECTORY -> record(TreeRecord.ofBytes(value));
      case CONTENT -> {
        Optional<ChunkRef> piece = TreeRecordContent.Piece.ofValue(Long.MAX_VALUE, value).chunk();
        if (piece.isPresent()) {
          chunk(piece.get());
        }
      }
      case NODES, SNAPSHOTS, INDEX -> {}
    }
  }

  private void record(TreeRecord record) throws IOException {
    List<ChunkRef> xattrs = record.xattrs().chunks();
    for (ChunkRef xattr : xattrs) {
      chunk(xattr);
    }
    TreeRecordContent content = record.content();
    if (content instanceof TreeRecordContent.Inline inline) {
      for (TreeRecordContent.Piece piece : inline.pieces()) {
        if (piece.chunk().isPresent()) {
          chunk(piece.chunk().get());
        }
      }
    } else if (content instanceof TreeRecordContent.Table table) {
      todo.push(new Todo(table.root(), PageKind.CONTENT));
    } else if (content instanceof TreeRecordContent.Directory directory) {
      todo.push(new Todo(directory.ref().root(), PageKind.DIRECTORY));
    }
  }
}
