package kith.fs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import kith.codec.KithException;

/**
 * A directory that is being packed: lists its children some at a time, and collects their records.
 * For one thread.
 */
final class TreeBuilderFrame {
  private static final int BATCH = 256;

  /** An entry to be packed. */
  record Child(FileName name, long inode, FileKind kind) {}

  private final ReadTree tree;
  private final long directory;
  private final SortedWriter writer;
  private final Deque<Child> batch = new ArrayDeque<>();
  private FileName taken;
  private boolean complete;
  private long files;
  private long bytes;

  TreeBuilderFrame(ReadTree tree, long directory, SortedWriter writer) {
    this.tree = tree;
    this.directory = directory;
    this.writer = writer;
  }

  long directory() {
    return directory;
  }

  /** The next child; its record must be added before the one after it is asked for. */
  Optional<Child> next() throws IOException, KithException {
    if (batch.isEmpty() && !complete) {
      complete = true;
      tree.list(directory, taken, this::listed);
    }
    if (batch.isEmpty()) {
      return Optional.empty();
    }
    taken = batch.element().name();
    return Optional.of(batch.remove());
  }

  /** Takes an entry; a full batch ends the listing, which then isn't complete. */
  private boolean listed(FileName name, long inode, FileKind kind) {
    batch.add(new Child(name, inode, kind));
    complete = batch.size() < BATCH;
    return complete;
  }

  /** Adds the record of the child that was taken last, which is no directory. */
  void addFile(TreeRecord record) throws IOException, KithException {
    Attributes attributes = record.attributes();
    files++;
    if (attributes.kind() == FileKind.REGULAR) {
      bytes = DirectoryRef.sum(bytes, attributes.size());
    }
    add(record);
  }

  /** Adds the record of the child that was taken last, a directory. */
  void addDirectory(TreeRecord record, DirectoryRef ref) throws IOException, KithException {
    files += ref.files();
    bytes = DirectoryRef.sum(bytes, ref.bytes());
    add(record);
  }

  private void add(TreeRecord record) throws IOException, KithException {
    writer.add(taken.toBytes(), record.toBytes());
  }

  DirectoryRef finish() throws IOException, KithException {
    return new DirectoryRef(writer.finish(), files, bytes);
  }
}
