package kith.fs;

import java.io.IOException;
import kith.codec.KithException;
import kith.codec.PackKind;

/** Takes chunks into packs. Safe for many threads. */
public interface ChunkSink {
  /**
   * Stores a chunk, or finds that it is stored already. The reference is good at once for writing
   * into other chunks of this node, and durable once the pack that it names is sealed.
   *
   * @throws IOException if the local disk fails
   * @throws KithException if there is no room
   */
  ChunkRef put(PackKind kind, byte[] raw, int offset, int length) throws IOException, KithException;
}
