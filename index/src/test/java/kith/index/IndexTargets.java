package kith.index;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import kith.codec.CodeParameters;
import kith.codec.Digest;
import kith.codec.FuzzTarget;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.ShardName;

/** The readers of this module that others' bytes reach; checksums are set right before. */
public final class IndexTargets {
  private static final OwnerId OWNER = new OwnerId(new byte[OwnerId.SIZE]);
  private static final ShardName SHARD =
      new ShardName(new PackId(new byte[PackId.SIZE]), CodeParameters.of(4, 2), 5);
  private static final Digest ROOT = new Digest(new byte[Digest.SIZE]);

  private IndexTargets() {}

  public static List<FuzzTarget> all() {
    return List.of(ledgerEntry(), heldShard(), heldHead());
  }

  private static FuzzTarget ledgerEntry() {
    var change = new LedgerChange(LedgerChange.Kind.PUT, SHARD, 70_000, ROOT, 1_763_719_200_000L);
    return FuzzTarget.of(
        "ledger-entry",
        List.of(new LedgerEntry(17, change, ROOT).toBytes()),
        LedgerEntry::parse,
        LedgerEntry::toBytes);
  }

  private static FuzzTarget heldShard() {
    var header =
        new HeldFormat.ShardHeader(OWNER, SHARD, new byte[40], 70_000, ROOT, 1_763_719_200_000L);
    return FuzzTarget.of(
        "held-shard",
        List.of(HeldFormat.write(header).array()),
        bytes -> {
          int checked = HeldFormat.SHARD_HEADER - 4;
          ByteBuffer in = ByteBuffer.wrap(Arrays.copyOf(bytes, HeldFormat.SHARD_HEADER));
          in.putInt(checked, StagingFormat.crc(in.duplicate().limit(checked)));
          return HeldFormat.shardHeader(in);
        },
        read -> HeldFormat.write(read).array());
  }

  private static FuzzTarget heldHead() {
    return FuzzTarget.of(
        "held-head",
        List.of(HeldFormat.write(OWNER, new HeldHead(1, 7, new byte[50])).array()),
        bytes -> HeldFormat.head(OWNER, ByteBuffer.wrap(bytes)),
        head -> HeldFormat.write(OWNER, head).array());
  }
}
