package kith.fs;

import java.io.IOException;
import kith.codec.KithException;
import kith.codec.PackKind;

/**
 * The one chunk that a packed tree hangs from.
 *
 * @param directory record of the root directory
 * @param nodes root of the NODES table, which finds every inode below the root directory
 */
record TreeRoot(TreeRecord directory, ChunkRef nodes) {
  static final int VERSION = 1;

  /** Stores it. Version u8, nodes, record of the root directory. */
  ChunkRef put(ChunkSink sink) throws IOException, KithException {
    byte[] bytes = new PageOutput().u8(VERSION).chunk(nodes).sized(directory.toBytes()).toBytes();
    return sink.put(PackKind.TREE, bytes, 0, bytes.length);
  }

  static TreeRoot read(ChunkSource source, ChunkRef ref) throws IOException, KithException {
    PageInput in = new PageInput(source.chunk(ref), "tree root");
    int version = in.u8();
    if (version != VERSION) {
      throw in.corrupt("version " + version + " is unknown");
    }
    ChunkRef nodes = in.chunk();
    TreeRecord directory = TreeRecord.ofBytes(in.sized(Page.MAX_VALUE));
    in.end();
    if (directory.attributes().kind() != FileKind.DIRECTORY) {
      throw in.corrupt("the root is no directory");
    }
    return new TreeRoot(directory, nodes);
  }
}
