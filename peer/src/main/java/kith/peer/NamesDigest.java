package kith.peer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import kith.codec.Digest;
import kith.codec.ShardName;

/** SHA-256 over {@code "kith keep-set 1"} and the names of shards in their order. One thread. */
final class NamesDigest {
  private static final byte[] LABEL = "kith keep-set 1".getBytes(StandardCharsets.US_ASCII);

  private final MessageDigest sha = Hash.sha256();
  private long count;
  private ShardName last;

  NamesDigest() {
    sha.update(LABEL);
  }

  /** Adds a name, greater than all before. */
  void add(ShardName name) {
    if (last != null && last.compareTo(name) >= 0) {
      throw new IllegalArgumentException("names out of order");
    }
    last = name;
    count++;
    sha.update(name.toBytes());
  }

  long count() {
    return count;
  }

  /** Call once, last. */
  Digest digest() {
    return new Digest(sha.digest());
  }
}
