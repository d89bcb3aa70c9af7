package kith.fs;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import kith.codec.ChunkCodec;
import kith.codec.ChunkKey;
import kith.codec.CorruptDataException;
import kith.codec.DriveKeys;
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
              new ChunkCodec(each.treeConvergence(), random)));
    }
  }

  /** The codec for chunks in packs of that kind that are made now. */
  ChunkCodec of(PackKind kind) {
    return pairs.get(pairs.size() - 1).of(kind);
  }

  /** The codec for the chunks that were made for a pack. */
  private ChunkCodec of(PackKind kind, PackId pack) {
    return pairs.get(keys.generation(pack)).of(kind);
  }

  /**
   * Opens a record and compares the key of what is in it.
   *
   * @param pack that the record lies in, or lay in before a rekey
   * @throws CorruptDataException if it is not what the key was made of
   */
  byte[] open(PackKind kind, PackId pack, ChunkKey key, byte[] record) throws CorruptDataException {
    byte[] raw = openOwn(kind, key, record);
    if (!isContent(kind, pack, key, raw)) {
      throw new CorruptDataException("the bytes of chunk " + ChunkCodec.idOf(key) + " are others");
    }
    return raw;
  }

  /** Opens a record that this machine sealed and kept: its tag says that it is what it was. */
  byte[] openOwn(PackKind kind, ChunkKey key, byte[] record) throws CorruptDataException {
    return of(kind).openOwn(key, record);
  }

  /**
   * Whether a key is that of these bytes. A chunk keeps its key when its pack is sealed anew after
   * a rekey, so those of other packs are asked, too.
   */
  boolean isContent(PackKind kind, PackId pack, ChunkKey key, byte[] raw) {
    ChunkCodec likely = of(kind, pack);
    return isKey(likely, key, raw)
        || pairs.stream()
            .map(pair -> pair.of(kind))
            .filter(codec -> codec != likely)
            .anyMatch(codec -> isKey(codec, key, raw));
  }

  private static boolean isKey(ChunkCodec codec, ChunkKey key, byte[] raw) {
    return MessageDigest.isEqual(codec.keyOf(raw, 0, raw.length).toBytes(), key.toBytes());
  }

  @Override
  public void close() {
    for (Pair each : pairs) {
      each.data.close();
      each.tree.close();
    }
  }
}
