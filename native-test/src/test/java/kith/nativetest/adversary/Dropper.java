package kith.nativetest.adversary;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import kith.codec.ShardName;
import kith.peer.FailureKind;
import kith.peer.Link;
import kith.peer.Reply;
import kith.peer.Request;
import kith.peer.RequestHandler;

/** Keeps its word until it has a few shards, then has none of them any more. */
final class Dropper extends Adversary {
  private static final int PATIENCE = 3;

  private final Set<ShardName> taken = ConcurrentHashMap.newKeySet();

  Dropper(RequestHandler honest) {
    super(honest);
  }

  @Override
  public Reply handle(Request request, Link from) {
    if (request instanceof Request.PutCommit commit) {
      taken.add(commit.shard());
    }
    if (request instanceof Request.AuditReveal && taken.size() > PATIENCE) {
      return new Reply.Failure(FailureKind.NOT_FOUND, "what was drawn is gone", Duration.ZERO);
    }
    if (request instanceof Request.Get get && taken.size() > PATIENCE) {
      return new Reply.Failure(FailureKind.NOT_FOUND, get.shard() + " is gone", Duration.ZERO);
    }
    return honestly(request, from);
  }
}
