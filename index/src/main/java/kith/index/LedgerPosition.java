package kith.index;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import kith.codec.Digest;
import kith.codec.OwnerId;

/**
 * A place in a ledger: what owner and holder sign as a checkpoint.
 *
 * @param generation which life of the ledger, from 1; a ledger that must begin anew takes the next
 * @param count entries before this place
 * @param digest of the entry before this place, which covers all that came before; of the empty
 *     ledger where count is 0
 */
public record LedgerPosition(long generation, long count, Digest digest) {
  private static final byte[] LABEL = "kith ledger 1".getBytes(StandardCharsets.US_ASCII);

  /** The place before the first entry: the digest binds owner, holder and generation. */
  public static LedgerPosition start(OwnerId owner, OwnerId holder, long generation) {
    MessageDigest sha = sha256();
    sha.update(LABEL);
    sha.update(owner.toBytes());
    sha.update(holder.toBytes());
    sha.update(ByteBuffer.allocate(8).putLong(generation).array());
    return new LedgerPosition(generation, 0, new Digest(sha.digest()));
  }

  /** The place after one more entry, with the digest that this entry must have. */
  LedgerPosition after(byte[] entryBody) {
    MessageDigest sha = sha256();
    sha.update(digest.toBytes());
    sha.update(entryBody);
    return new LedgerPosition(generation, count + 1, new Digest(sha.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
