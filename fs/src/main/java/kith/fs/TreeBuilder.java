package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Packs a frozen tree into chunks, bottom up. Takes over every directory that the memo knows to be
 * unchanged; needs memory for one page per level of each directory on the way down, whatever the
 * size of the tree. For one thread.
 */
public final class TreeBuilder {
  private static final Logger LOG = LoggerFactory.getLogger(TreeBuilder.class);
  private static final int MAX_PENDING_NODES = 65_536;
  private static final long PAGE_CACHE = 8L << 20;

  /**
   * What is packed, and with what.
   *
   * @param tree must not change while it is packed
   * @param content of the files of this tree
   */
  public record Input(ReadTree tree, FileContent content, Names names) {}

  /**
   * A packed tree.
   *
   * @param root the chunk that a {@link PackedTree} opens
   * @param files names in the tree that are no directories
   * @param bytes sum of the sizes of its regular files
   */
  public record Built(ChunkRef root, long files, long bytes) {}

  private final Input input;
  private final ChunkSink sink;
  private final TreeMemo memo;
  private final TreeBuilderNodes nodes;
  private final PageCache pages;
  private final TreeBuilderRecords records;
  private final Deque<TreeBuilderFrame> path = new ArrayDeque<>();

  private TreeBuilder(Input input, ChunkSource source, ChunkSink sink, TreeMemo memo, int pending)
      throws IOException, KithException {
    this.input = input;
    this.sink = sink;
    this.memo = memo;
    pages = new PageCache(source, PAGE_CACHE);
    nodes = new TreeBuilderNodes(pages, sink, memo, input.tree(), pending);
    records = new TreeBuilderRecords(input, sink, memo, nodes);
  }

  /**
   * Packs a tree. If what the memo names turns out to be damaged, everything is packed anew.
   *
   * @param source reads back what went to the sink, now or in former builds
   * @throws IOException if the local disk fails
   * @throws KithException if there is no room, or something cannot be read now
   */
  public static Built build(Input input, ChunkSource source, ChunkSink sink, TreeMemo memo)
      throws IOException, KithException {
    try {
      return build(input, source, sink, memo, MAX_PENDING_NODES);
    } catch (CorruptDataException e) {
      LOG.warn("the tree is packed anew, for what was packed before is damaged", e);
      TreeBuilderAfresh afresh = new TreeBuilderAfresh(memo);
      Built built = build(input, source, sink, afresh, MAX_PENDING_NODES);
      afresh.replace(TreeRoot.read(source, built.root()).nodes());
      return built;
    }
  }

  /** As above, holding at most so many rows of nodes in memory. */
  static Built build(Input input, ChunkSource source, ChunkSink sink, TreeMemo memo, int maxPending)
      throws IOException, KithException {
    return new TreeBuilder(input, source, sink, memo, maxPending).run();
  }

  private Built run() throws IOException, KithException {
    Optional<DirectoryRef> unchanged = unchanged(FileSystem.ROOT);
    DirectoryRef ref = unchanged.isPresent() ? unchanged.get() : packRoot();
    TreeRecord record = records.directory(FileSystem.ROOT, ref);
    ChunkRef root = new TreeRoot(record, nodes.checkpoint()).put(sink);
    return new Built(root, ref.files(), ref.bytes());
  }

  private Optional<DirectoryRef> unchanged(long directory) throws IOException, KithException {
    Optional<TreeMemo.Note> note = memo.note(directory);
    return note.isPresent() && note.get().unchanged()
        ? Optional.of(DirectoryRef.ofBytes(note.get().bytes()))
        : Optional.empty();
  }

  private DirectoryRef packRoot() throws IOException, KithException {
    path.push(frame(FileSystem.ROOT));
    while (true) {
      TreeBuilderFrame frame = path.element();
      Optional<TreeBuilderFrame.Child> child = frame.next();
      if (child.isPresent()) {
        take(frame, child.get());
        continue;
      }
      DirectoryRef done = frame.finish();
      nodes.directory(frame.directory(), done);
      path.pop();
      if (path.isEmpty()) {
        return done;
      }
      TreeBuilderFrame parent = path.element();
      parent.addDirectory(records.directory(frame.directory(), done), done);
    }
  }

  private void take(TreeBuilderFrame frame, TreeBuilderFrame.Child child)
      throws IOException, KithException {
    if (child.kind() != FileKind.DIRECTORY) {
      frame.addFile(records.file(child.inode()));
      return;
    }
    Optional<DirectoryRef> unchanged = unchanged(child.inode());
    if (unchanged.isPresent()) {
      frame.addDirectory(records.directory(child.inode(), unchanged.get()), unchanged.get());
    } else {
      path.push(frame(child.inode()));
    }
  }

  private TreeBuilderFrame frame(long directory) throws IOException, KithException {
    Optional<SortedFormer> former =
        nodes.formerRoot(directory).map(root -> new SortedFormer(pages, sink, root));
    return new TreeBuilderFrame(input.tree(), directory, SortedWriter.ofDirectory(sink, former));
  }
}
