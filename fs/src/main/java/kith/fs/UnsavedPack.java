package kith.fs;

import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import kith.codec.ChunkId;
import kith.codec.PackBuilder;
import kith.codec.PackId;
import kith.codec.PackKind;

/**
 * A pack that is not on the disk yet: being filled, or full and waiting to be written. Its bytes
 * are guarded by its monitor, its outcome by the lock of {@link PackSaver}.
 */
final class UnsavedPack {
  private final PackBuilder builder;
  private final long headGeneration;
  private final Map<ChunkId, ChunkRow> chunks = new LinkedHashMap<>();
  private long rawBytes;
  private byte[] sealed;

  /** Outcome of the attempt to write it that is under way or next, guarded by the saver's lock. */
  CompletableFuture<Void> attempt = new CompletableFuture<>();

  UnsavedPack(PackId id, PackKind kind, long headGeneration) {
    this.builder = new PackBuilder(id, kind, headGeneration);
    this.headGeneration = headGeneration;
  }

  PackId id() {
    return builder.id();
  }

  PackKind kind() {
    return builder.kind();
  }

  synchronized boolean fits(byte[] record) {
    return builder.fits(record.length);
  }

  /** Appends a record and returns where it lies. */
  synchronized ChunkRow append(ChunkId chunk, byte[] record, int rawLength) {
    int offset = builder.append(chunk, record, rawLength);
    ChunkRow row = new ChunkRow(id(), offset, record.length, rawLength);
    chunks.put(chunk, row);
    rawBytes += rawLength;
    return row;
  }

  /** Bytes of the pack so far. */
  synchronized byte[] read(int offset, int length) {
    return builder.read(offset, length);
  }

  /** All bytes of the finished pack, the same at every call. */
  synchronized byte[] seal(byte[] treeKey, SecureRandom random) {
    if (sealed == null) {
      sealed = builder.seal(treeKey, random);
    }
    return sealed;
  }

  /** Chunks that it contains. Nothing may be appended any more. */
  Map<ChunkId, ChunkRow> chunks() {
    return chunks;
  }

  /** Its row once it is on the disk. */
  synchronized PackRow row(long sequence, long now) {
    return new PackRow(
        kind(),
        PackState.SEALED,
        sealed.length,
        chunks.size(),
        rawBytes,
        sequence,
        now,
        headGeneration,
        Optional.empty(),
        0,
        false);
  }
}
