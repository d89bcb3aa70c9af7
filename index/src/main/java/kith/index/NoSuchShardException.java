package kith.index;

import java.io.IOException;

/** The shard is not kept here, or not any more: the owner should be told, and ask elsewhere. */
public final class NoSuchShardException extends IOException {
  public NoSuchShardException(String message) {
    super(message);
  }
}
