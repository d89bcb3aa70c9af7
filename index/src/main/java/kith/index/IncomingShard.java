package kith.index;

import java.io.IOException;
import java.nio.ByteBuffer;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.NotPermittedException;

/**
 * A shard on its way in. Ends with {@link #commit} or {@link #abort}, and is gone after a crash
 * before. For one thread at a time.
 */
public interface IncomingShard {
  /**
   * Takes the next sealed bytes.
   *
   * @param offset where they belong in the sealed shard, in bytes: right after what came before
   * @param bytes used up
   * @throws NotPermittedException if they belong elsewhere, or are more than was announced
   * @throws IOException if they cannot be written, as on a full disk
   */
  void write(long offset, ByteBuffer bytes) throws IOException, NotPermittedException;

  /** Sealed bytes that came so far. */
  long received();

  /**
   * Keeps the shard and enters it in the ledger; both are durable on return. If the same shard is
   * kept already, its file is replaced, the ledger stays as it is, and its entry is returned.
   *
   * @param merkleRoot over the sealed blocks, as the owner states it
   * @param holderTime in ms since 1970
   * @return what the acknowledgement is made of
   * @throws CorruptDataException if the root is not that of the bytes, or bytes are missing
   * @throws NotPermittedException if another shard of that name is kept: shards never change
   */
  LedgerEntry commit(Digest merkleRoot, long holderTime)
      throws IOException, CorruptDataException, NotPermittedException;

  /** Throws away what came; no effect after a commit. */
  void abort() throws IOException;
}
