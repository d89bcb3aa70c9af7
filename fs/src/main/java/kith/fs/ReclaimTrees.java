package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackId;

/**
 * Collects the packs that packed trees need, reading each page once however many trees share it.
 * Memory: a bit for every 16 bytes of TREE packs, and the ids. For one thread.
 */
final class ReclaimTrees {
  /** No sealed record is shorter: its tag alone has as many bytes. */
  private static final int SHORTEST_RECORD = 16;

  private record Todo(ChunkRef page, PageKind kind) {}

  private final ChunkSource source;
  private final Set<PackId> packs = new HashSet<>();
  private final Map<PackId, BitSet> seen = new HashMap<>();
  private final Deque<Todo> todo = new ArrayDeque<>();

  /**
   * @param source reads pages; what it cannot read ends the collecting
   */
  ReclaimTrees(ChunkSource source) {
    this.source = source;
  }

  /** The packs that are needed so far. */
  Set<PackId> packs() {
    return packs;
  }

  /** A chunk with nothing below it. */
  void chunk(ChunkRef chunk) {
    packs.add(chunk.pack());
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

  private boolean isNew(ChunkRef ref) {
    packs.add(ref.pack());
    BitSet places = seen.computeIfAbsent(ref.pack(), pack -> new BitSet());
    int place = ref.offset() / SHORTEST_RECORD;
    boolean isNew = !places.get(place);
    places.set(place);
    return isNew;
  }

  private void page(Todo at) throws IOException, KithException {
    Page page = Page.open(source.chunk(at.page), at.kind);
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

  private void item(PageKind kind, byte[] value) throws CorruptDataException, DriveException {
    switch (kind) {
      case DIRECTORY -> record(TreeRecord.ofBytes(value));
      case CONTENT -> {
        PageInput in = new PageInput(value, "piece");
        chunk(in.chunk());
        in.end();
      }
      case NODES, SNAPSHOTS, INDEX -> {}
    }
  }

  private void record(TreeRecord record) throws DriveException {
    List<ChunkRef> xattrs = record.xattrs().chunks();
    xattrs.forEach(this::chunk);
    TreeRecordContent content = record.content();
    if (content instanceof TreeRecordContent.Inline inline) {
      inline.pieces().forEach(piece -> chunk(piece.chunk()));
    } else if (content instanceof TreeRecordContent.Table table) {
      todo.push(new Todo(table.root(), PageKind.CONTENT));
    } else if (content instanceof TreeRecordContent.Directory directory) {
      todo.push(new Todo(directory.ref().root(), PageKind.DIRECTORY));
    }
  }
}
