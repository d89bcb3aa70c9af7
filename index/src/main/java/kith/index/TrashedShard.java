package kith.index;

import java.time.Duration;

/**
 * A shard that was dropped and is still here.
 *
 * @param shard as it was before
 * @param left how much longer it stays, as time is observed here; zero when it may go
 */
public record TrashedShard(HeldShard shard, Duration left) {}
