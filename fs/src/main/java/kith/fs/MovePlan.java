package kith.fs;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import kith.codec.CodeParameters;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.ShardLayout;
import kith.index.RowView;
import kith.peer.choice.Placement;
import kith.peer.choice.Separating;
import kith.peer.conduct.RepairOrder;

/**
 * Which placed shards should be with other holders, the most urgent first, and how far all packs
 * are from where they should be. Immutable.
 *
 * @param moves the most urgent, at most {@link #MOST}
 * @param packs that do not meet what the drive's code and its partners promise
 * @param bytes of shards that are to be put for that
 * @param stuck packs with a shard for which no partner has room, or is there
 */
record MovePlan(List<Move> moves, long packs, long bytes, long stuck) {
  static final MovePlan NONE = new MovePlan(List.of(), 0, 0, 0);

  /** So many moves are known at once. */
  static final int MOST = 1000;

  /** Why a shard should be elsewhere. */
  enum Reason {
    /** Its holder is no partner any more, is leaving, or counts as gone. */
    HOLDER,
    /** Its holder is doubted: it is made elsewhere, too, before he counts as gone. */
    DOUBT,
    /**
     * Another shard of the pack is in the same household or network, or too many are on one system,
     * and need not be; or somebody holds nothing yet.
     */
    NEAR
  }

  /**
   * A shard that should be with another holder.
   *
   * @param to who could have it, best first; empty if nobody can
   * @param order how soon, among all packs
   */
  record Move(
      PackId pack,
      PackRow row,
      int index,
      OwnerId from,
      List<OwnerId> to,
      Reason reason,
      RepairOrder order) {
    CodeParameters code() {
      return row.code().orElseThrow();
    }

    /** Whether it is not made before its holder counts as gone, or others are doubted, too. */
    boolean isForLater() {
      return reason == Reason.DOUBT && order.haste() == RepairOrder.Haste.NOT;
    }

    /** Whether it waits until nothing else is to be done, and is not hurried. */
    boolean isIdle() {
      return reason == Reason.NEAR || order.haste() != RepairOrder.Haste.NOW;
    }
  }

  private static final Comparator<Move> URGENT_FIRST =
      Comparator.comparing((Move move) -> move.reason() == Reason.NEAR)
          .thenComparing(Move::order)
          .thenComparingLong(move -> move.row().sequence())
          .thenComparingInt(Move::index);

  /**
   * Looks at all packs.
   *
   * @param separate whether shards move to be better separated, too
   */
  static MovePlan of(
      RowView rows, PlacementPolicy policy, List<HolderCandidate> partners, boolean separate)
      throws IOException {
    return new Planner(policy, partners, separate).plan(rows);
  }

  /** Makes one plan. For one thread. */
  private static final class Planner {
    private final PlacementPolicy policy;
    private final Optional<CodeParameters> code;
    private final List<HolderCandidate> able;
    private final Map<OwnerId, HolderCandidate> partners = new HashMap<>();
    private final int count;
    private final Optional<Separating> separating;
    private final Set<OwnerId> untried = new TreeSet<>();
    private final PriorityQueue<Move> moves = new PriorityQueue<>(URGENT_FIRST.reversed());
    private long packs;
    private long bytes;
    private long stuck;

    private Planner(PlacementPolicy policy, List<HolderCandidate> all, boolean separate) {
      this.policy = policy;
      count = all.size();
      code = policy.codeFor(all);
      able = all.stream().filter(p -> !p.gone() && !p.doubtful()).toList();
      all.forEach(partner -> partners.put(partner.owner(), partner));
      able.stream()
          .filter(partner -> partner.reachable() && partner.holdsNothing())
          .forEach(partner -> untried.add(partner.owner()));
      separating =
          separate
              ? Optional.of(new Separating(able.stream().map(one -> one.place(false)).toList()))
              : Optional.empty();
    }

    private MovePlan plan(RowView rows) throws IOException {
      PackRows.visit(
          rows,
          (id, row) -> {
            if (row.state().live()) {
              look(id, row, row.code().isEmpty() ? List.of() : shards(rows, id, row));
            }
          });
      List<Move> sorted = new ArrayList<>(moves);
      sorted.sort(URGENT_FIRST);
      return new MovePlan(List.copyOf(sorted), packs, bytes, stuck);
    }

    private static List<ShardRow> shards(RowView rows, PackId id, PackRow row) throws IOException {
      return PackRows.shards(rows, id, row.code().orElseThrow());
    }

    private void look(PackId id, PackRow row, List<ShardRow> shards) {
      boolean anew =
          Recoder.isTooWide(row, count) || (code.isPresent() && Recoder.isWeaker(row, code.get()));
      List<Move> found = shards.isEmpty() ? List.of() : moves(id, row, shards);
      if (row.state() == PackState.PLACED && found.isEmpty() && !anew) {
        return;
      }
      packs++;
      CodeParameters by =
          anew || shards.isEmpty() ? code.orElse(CodeParameters.of(1, 0)) : code(row);
      long missing = anew || shards.isEmpty() ? by.n() : by.n() - row.placed() + found.size();
      bytes += missing * sealed(by, row);
      boolean nobody = found.stream().anyMatch(move -> move.to().isEmpty());
      stuck += nobody && !(anew && code.isPresent()) ? 1 : 0;
      for (Move move : found) {
        moves.add(move);
        if (moves.size() > MOST) {
          moves.remove();
        }
      }
    }

    private static CodeParameters code(PackRow row) {
      return row.code().orElseThrow();
    }

    private static long sealed(CodeParameters code, PackRow row) {
      return new ShardLayout(code, row.length()).sealedLength();
    }

    private List<Move> moves(PackId id, PackRow row, List<ShardRow> shards) {
      List<OwnerId> holders = shards.stream().map(ShardRow::holder).toList();
      var demand = HolderChoice.Demand.of(row.kind(), able, sealed(code(row), row));
      List<Integer> lost = new ArrayList<>();
      int good = 0;
      int doubtful = 0;
      for (int index = 0; index < shards.size(); index++) {
        boolean placed = shards.get(index).state() == ShardState.PLACED;
        HolderCandidate holder = partners.get(holders.get(index));
        boolean stays = holder != null && !holder.gone() && !holder.doubtful();
        boolean doubted = holder != null && holder.doubtful();
        good += placed && stays ? 1 : 0;
        doubtful += placed && doubted ? 1 : 0;
        // What is not placed is the shipper's, but where it finds no other it is coded anew.
        if (!stays && (placed || (!doubted && Recoder.isTooWide(row, count)))) {
          lost.add(index);
        }
      }
      RepairOrder order = RepairOrder.of(code(row), good, doubtful);
      List<Move> found = new ArrayList<>();
      for (int index : lost) {
        List<OwnerId> to = HolderChoice.spares(id, holders, index, demand);
        HolderCandidate holder = partners.get(holders.get(index));
        boolean doubted = holder != null && holder.doubtful();
        if (!doubted || !to.isEmpty()) {
          Reason why = doubted ? Reason.DOUBT : Reason.HOLDER;
          found.add(new Move(id, row, index, holders.get(index), to, why, order));
        }
      }
      if (found.isEmpty() && row.state() == PackState.PLACED && separating.isPresent()) {
        var pack = new Separating.Spread(holders, code(row));
        Placement.Load load = HolderChoice.load(id, demand);
        separating
            .get()
            .swap(load, pack)
            .or(() -> first(load, pack))
            .ifPresent(swap -> found.add(separated(id, row, holders, swap)));
      }
      return found;
    }

    /** Each who holds nothing gets one shard of the first pack that has one for him. */
    private Optional<Separating.Swap> first(Placement.Load load, Separating.Spread pack) {
      for (OwnerId each : untried) {
        Optional<Separating.Swap> swap = separating.orElseThrow().first(load, pack, each);
        if (swap.isPresent() && maySpare(pack, swap.get().index(), each)) {
          untried.remove(each);
          return swap;
        }
      }
      return Optional.empty();
    }

    private boolean maySpare(Separating.Spread pack, int index, OwnerId to) {
      int free = (int) pack.holders().stream().filter(this::servesRestores).count();
      int less = servesRestores(pack.holders().get(index)) ? 1 : 0;
      int more = servesRestores(to) ? 1 : 0;
      return policy.maySpare(pack.code(), free, free - less + more);
    }

    private boolean servesRestores(OwnerId holder) {
      HolderCandidate partner = partners.get(holder);
      return partner != null && partner.pastCommitment();
    }

    private static Move separated(
        PackId id, PackRow row, List<OwnerId> holders, Separating.Swap swap) {
      OwnerId from = holders.get(swap.index());
      return new Move(id, row, swap.index(), from, swap.holders(), Reason.NEAR, RepairOrder.NONE);
    }
  }
}
