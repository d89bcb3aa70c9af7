package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.ShardLayout;
import kith.index.RowView;
import kith.peer.conduct.RepairOrder;

/**
 * What is to be made again or moved of what was placed already, and why: shards that are alike
 * together, the most urgent first. Immutable.
 *
 * @param lines of the most urgent shards that move, and of all that are put again
 */
public record RepairPlan(List<Line> lines) {
  /** Why a shard is put again. */
  public enum Why {
    /** Its holder does not have it any more as it was. */
    LOST,
    /** Its holder counts as gone, is leaving, or is no partner any more. */
    GONE,
    /** Its holder is doubted. */
    DOUBTED,
    /** It is too close to another of its pack. */
    NEAR
  }

  /**
   * Shards that are alike.
   *
   * @param holder who has them, or had
   * @param haste how soon
   * @param spare so many more of a pack's shards may be lost
   * @param stuck how many for which no partner has room, or is there
   */
  public record Line(
      Why why,
      OwnerId holder,
      RepairOrder.Haste haste,
      int spare,
      long shards,
      long bytes,
      long stuck) {
    /** Whether nothing is done as long as its holder may return. */
    public boolean waits() {
      return why == Why.DOUBTED && haste == RepairOrder.Haste.NOT;
    }

    private Line with(Line more) {
      return new Line(
          why, holder, haste, spare, shards + more.shards, bytes + more.bytes, stuck + more.stuck);
    }

    private List<Object> alike() {
      return List.of(why, holder, haste, spare);
    }
  }

  private static final Comparator<Line> URGENT_FIRST =
      Comparator.comparing((Line line) -> line.why == Why.NEAR)
          .thenComparing(Line::haste)
          .thenComparingInt(Line::spare)
          .thenComparing(Line::why)
          .thenComparing(Line::holder);

  public RepairPlan {
    lines = List.copyOf(lines);
  }

  /** Of all packs, and of the moves that are planned. */
  static RepairPlan of(RowView rows, MovePlan moves) throws IOException {
    Map<List<Object>, Line> alike = new LinkedHashMap<>();
    for (MovePlan.Move move : moves.moves()) {
      add(alike, line(move));
    }
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.state() == PackState.SHIPPING && row.code().isPresent()) {
            CodeParameters code = row.code().get();
            for (ShardRow shard : PackRows.shards(rows, id, code)) {
              if (shard.state() == ShardState.SUSPECT || shard.state() == ShardState.LOST) {
                int spare = row.placed() - code.m();
                long size = new ShardLayout(code, row.length()).sealedLength();
                add(
                    alike,
                    new Line(Why.LOST, shard.holder(), RepairOrder.Haste.NOW, spare, 1, size, 0));
              }
            }
          }
        });
    List<Line> lines = new ArrayList<>(alike.values());
    lines.sort(URGENT_FIRST);
    return new RepairPlan(lines);
  }

  private static void add(Map<List<Object>, Line> alike, Line line) {
    alike.merge(line.alike(), line, Line::with);
  }

  private static Line line(MovePlan.Move move) {
    Why why =
        switch (move.reason()) {
          case HOLDER -> Why.GONE;
          case DOUBT -> Why.DOUBTED;
          case NEAR -> Why.NEAR;
        };
    long size = new ShardLayout(move.code(), move.row().length()).sealedLength();
    RepairOrder order = move.order();
    return new Line(
        why, move.from(), order.haste(), order.spare(), 1, size, move.to().isEmpty() ? 1 : 0);
  }

  /** What is done now, or as soon as somebody can take it. */
  public RepairPlan due() {
    return new RepairPlan(lines.stream().filter(line -> !line.waits()).toList());
  }

  /** Shards in all. */
  public long shards() {
    return lines.stream().mapToLong(Line::shards).sum();
  }

  /** Their bytes. */
  public long bytes() {
    return lines.stream().mapToLong(Line::bytes).sum();
  }

  /** How many of them nobody can take now. */
  public long stuck() {
    return lines.stream().mapToLong(Line::stuck).sum();
  }
}
