package kith.fs;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import kith.codec.KithException;

/**
 * Stands before a memo whose notes cannot be used: tells nothing of them, and replaces them all at
 * the end. Old notes and a new table of nodes must never be seen together. For one thread.
 */
final class TreeBuilderAfresh implements TreeMemo {
  private final TreeMemo memo;
  private final Map<Long, byte[]> notes = new HashMap<>();

  TreeBuilderAfresh(TreeMemo memo) {
    this.memo = memo;
  }

  @Override
  public Optional<Note> note(long inode) {
    return Optional.empty();
  }

  @Override
  public Optional<ChunkRef> nodes() {
    return Optional.empty();
  }

  @Override
  public void noted(Map<Long, byte[]> more, ChunkRef nodes) {
    notes.putAll(more);
  }

  /** Lets the memo have all notes of the build, which is complete, and its table of nodes. */
  void replace(ChunkRef nodes) throws IOException, KithException {
    memo.noted(notes, nodes);
  }
}
