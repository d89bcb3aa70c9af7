package kith.fs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import kith.codec.ChunkKey;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.PackId;
import kith.codec.PackKind;

/** Keeps chunks in memory, found again by their content, and counts how it is used. */
final class PageMemoryChunks implements ChunkSink, ChunkSource {
  private static final int PACK = 1 << 20;

  private final Map<ChunkKey, byte[]> chunks = new ConcurrentHashMap<>();
  private final Map<ChunkKey, ChunkRef> refs = new ConcurrentHashMap<>();
  private final Set<ChunkKey> lost = new HashSet<>();
  private long stored;
  final AtomicInteger reads = new AtomicInteger();
  int writes;
  private long written;
  int failAfterWrites = Integer.MAX_VALUE;

  @Override
  public synchronized ChunkRef put(PackKind kind, byte[] raw, int offset, int length)
      throws IOException {
    if (writes >= failAfterWrites) {
      throw new IOException("the disk has failed");
    }
    byte[] bytes = new byte[length];
    System.arraycopy(raw, offset, bytes, 0, length);
    ChunkKey key = new ChunkKey(sha256(bytes));
    ChunkRef known = refs.get(key);
    if (known != null) {
      return known;
    }
    writes++;
    written += length;
    ChunkRef ref = new ChunkRef(key, length, pack(kind), (int) (stored % PACK), length + 33);
    stored += length;
    chunks.put(key, bytes);
    refs.put(key, ref);
    return ref;
  }

  private PackId pack(PackKind kind) {
    byte[] id = new byte[PackId.SIZE];
    ByteBuffer.wrap(id).putInt(kind.tag()).putLong(stored / PACK);
    return new PackId(id);
  }

  @Override
  public byte[] chunk(ChunkRef ref) throws KithException {
    reads.incrementAndGet();
    byte[] bytes = chunks.get(ref.key());
    synchronized (this) {
      if (bytes == null || lost.contains(ref.key())) {
        throw new CorruptDataException("no such chunk");
      }
    }
    return bytes;
  }

  @Override
  public boolean isContent(ChunkRef ref, byte[] bytes) {
    return ref.key().equals(new ChunkKey(sha256(bytes)));
  }

  /** Later reads of this chunk succeed again. */
  synchronized void giveBack(ChunkRef ref) {
    lost.remove(ref.key());
  }

  /** All packs that chunks lie in, in order. */
  Set<PackId> packs() {
    Set<PackId> packs = new TreeSet<>();
    refs.values().forEach(ref -> packs.add(ref.pack()));
    return packs;
  }

  /** Every later read of this chunk fails. */
  synchronized void lose(ChunkRef ref) {
    lost.add(ref.key());
  }

  /** Reads since the last call. */
  int takeReads() {
    return reads.getAndSet(0);
  }

  /** New chunks since the last call. */
  int takeWrites() {
    int count = writes;
    writes = 0;
    return count;
  }

  /** Bytes of new chunks since the last call. */
  long takeWritten() {
    long bytes = written;
    written = 0;
    return bytes;
  }

  static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
