package kith.fs;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import kith.codec.ChunkCodec;
import kith.codec.DriveKeys;
import kith.codec.Hkdf;
import kith.codec.PackId;
import kith.codec.PackKind;

/**
 * The codecs of a drive: chunks of files are keyed by the convergence secret, which a circle may
 * share; trees and the index by a secret of the drive alone; each by those of when its pack was
 * made. Safe for many threads.
 */
public final class ChunkCodecs implements AutoCloseable {
  private final DriveKeys keys;
  private final List<Pair> pairs = new ArrayList<>();

  /** Of one generation of keys. */
  private record Pair(ChunkCodec data, ChunkCodec tree) {
    ChunkCodec of(PackKind kind) {
      return switch (kind) {
        case DATA -> data;
        case TREE, INDEX -> tree;
      };
    }
  }

  /**
   * @param random source of nonces
   */
  public ChunkCodecs(DriveKeys keys, SecureRandom random) {
    this.keys = keys;
    for (int i = 0; i <= keys.former().size(); i++) {
      DriveKeys each = keys.generation(i);
      pairs.add(
          new Pair(
              new ChunkCodec(each.convergence(), random),
              new ChunkCodec(treeSecret(each), random)));
    }
  }

  private static byte[] treeSecret(DriveKeys keys) {
    return Hkdf.derive(keys.tree(), "tree convergence 1", new byte[0], 32);
  }

  /** The codec for chunks in packs of that kind that are made now. */
  ChunkCodec of(PackKind kind) {
    return pairs.get(pairs.size() - 1).of(kind);
  }

  /** The codec for the chunks in a pack. */
  ChunkCodec of(PackKind kind, PackId pack) {
    return pairs.get(keys.generation(pack)).of(kind);
  }

  @Override
  public void close() {
    for (Pair each : pairs) {
      each.data.close();
      each.tree.close();
    }
  }
}
