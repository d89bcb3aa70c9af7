package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.codec.ShardName;
import kith.index.RowView;

/** How much each partner holds of a drive. */
public final class HolderUsage {
  private HolderUsage() {}

  /** Bytes of sealed shards that each holder has acknowledged. */
  public static Map<OwnerId, Long> of(RowView rows) throws IOException {
    Map<OwnerId, Long> used = new HashMap<>();
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.code().isEmpty()) {
            return;
          }
          CodeParameters code = row.code().get();
          long length = new ShardLayout(code, row.length()).sealedLength();
          for (ShardRow shard : PackRows.shards(rows, id, code)) {
            if (shard.state() == ShardState.PLACED) {
              used.merge(shard.holder(), length, Long::sum);
            }
          }
        });
    return used;
  }

  /**
   * What a holder has signed for a shard that it should have: of one that it did not show, if there
   * is one, else of any.
   */
  public static Optional<byte[]> acknowledged(RowView rows, OwnerId holder) throws IOException {
    byte[][] found = new byte[2][];
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.code().isEmpty() || found[0] != null) {
            return;
          }
          for (ShardRow shard : PackRows.shards(rows, id, row.code().get())) {
            if (shard.holder().equals(holder) && shard.ack().length > 0) {
              found[shard.state() == ShardState.PLACED ? 1 : 0] = shard.ack();
            }
          }
        });
    return Optional.ofNullable(found[0] != null ? found[0] : found[1]);
  }

  /**
   * Shards that a holder has acknowledged.
   *
   * @param most how many at most
   */
  public static List<ShardName> placed(RowView rows, OwnerId holder, int most) throws IOException {
    List<ShardName> found = new ArrayList<>();
    PackRows.visit(
        rows,
        (id, row) -> {
          if (!row.state().live() || row.code().isEmpty() || found.size() >= most) {
            return;
          }
          List<ShardRow> shards = PackRows.shards(rows, id, row.code().get());
          for (int index = 0; index < shards.size(); index++) {
            ShardRow shard = shards.get(index);
            if (shard.state() == ShardState.PLACED && shard.holder().equals(holder)) {
              found.add(new ShardName(id, row.code().get(), index));
            }
          }
        });
    return found;
  }

  /** All who have, or are to have, shards of packs that are not given up. */
  public static Set<OwnerId> named(RowView rows) throws IOException {
    Set<OwnerId> named = new HashSet<>();
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.state().live() && row.code().isPresent()) {
            for (ShardRow shard : PackRows.shards(rows, id, row.code().get())) {
              named.add(shard.holder());
            }
          }
        });
    return named;
  }
}
