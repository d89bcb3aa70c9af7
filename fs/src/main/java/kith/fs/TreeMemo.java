package kith.fs;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import kith.codec.KithException;

/**
 * Remembers from one build of a tree to the next what was made of directories and large files, so
 * that what did not change is not built again. The chunks that it names must exist: sealed, or
 * pending in this process. Used by one thread at a time.
 */
public interface TreeMemo {
  /**
   * What a build noted about an inode.
   *
   * @param bytes opaque
   * @param unchanged whether the tree that is built now has the same below a directory - names,
   *     attributes and content at any depth - or the same content of a file, as when it was noted
   */
  record Note(byte[] bytes, boolean unchanged) {}

  /** Remembers nothing. */
  TreeMemo NONE =
      new TreeMemo() {
        @Override
        public Optional<Note> note(long inode) {
          return Optional.empty();
        }

        @Override
        public Optional<ChunkRef> nodes() {
          return Optional.empty();
        }

        @Override
        public void noted(Map<Long, byte[]> notes, ChunkRef nodes) {}
      };

  /** The last note about a directory or file, whether or not it still holds. */
  Optional<Note> note(long inode) throws IOException, KithException;

  /** The table of nodes that was noted last; empty only if there are no notes either. */
  Optional<ChunkRef> nodes() throws IOException, KithException;

  /**
   * Takes notes by inode number, and the table of nodes that goes with all notes so far: all or
   * nothing, also in a crash. Comes several times in a build, which so resumes where it was.
   */
  void noted(Map<Long, byte[]> notes, ChunkRef nodes) throws IOException, KithException;
}
