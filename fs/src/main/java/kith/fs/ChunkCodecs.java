package kith.fs;

import java.security.SecureRandom;
import kith.codec.ChunkCodec;
import kith.codec.DriveKeys;
import kith.codec.Hkdf;
import kith.codec.PackKind;

/**
 * The codecs of a drive: chunks of files are keyed by the convergence secret, which a circle may
 * share; trees and the index by a secret of the drive alone. Safe for many threads.
 */
public final class ChunkCodecs implements AutoCloseable {
  private final ChunkCodec data;
  private final ChunkCodec tree;

  /**
   * @param random source of nonces
   */
  public ChunkCodecs(DriveKeys keys, SecureRandom random) {
    data = new ChunkCodec(keys.convergence(), random);
    tree = new ChunkCodec(treeSecret(keys), random);
  }

  private static byte[] treeSecret(DriveKeys keys) {
    return Hkdf.derive(keys.tree(), "tree convergence 1", new byte[0], 32);
  }

  /** The codec for chunks in packs of that kind. */
  ChunkCodec of(PackKind kind) {
    return switch (kind) {
      case DATA -> data;
      case TREE, INDEX -> tree;
    };
  }

  @Override
  public void close() {
    data.close();
    tree.close();
  }
}
