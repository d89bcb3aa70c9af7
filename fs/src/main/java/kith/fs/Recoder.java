package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import kith.codec.CodeParameters;
import kith.codec.PackId;
import kith.index.PackStore;
import kith.index.RowView;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When partners have come, lets packs that were coded for fewer be coded anew, so that what is
 * called safe survives what the drive's code promises now; and when so many have left that a pack
 * has more shards than there are partners. A published head goes on naming the old shards, which
 * stay where they are, until the next head names the new ones. For one thread.
 */
final class Recoder {
  private static final Logger log = LoggerFactory.getLogger(Recoder.class);

  /** From the moment when packs are coded anew until a head names their new places: how often. */
  private static final byte[] KEY = "recoded".getBytes(StandardCharsets.UTF_8);

  private final Rows rows;
  private final PackStore store;
  private final PlacementPolicy policy;
  private final Supplier<List<HolderCandidate>> partners;
  private final Predicate<PackId> underWay;
  private Optional<CodeParameters> done = Optional.empty();
  private int doneFor;

  /**
   * @param underWay whether shards of a pack are on their way
   */
  Recoder(
      Rows rows,
      PackStore store,
      PlacementPolicy policy,
      Supplier<List<HolderCandidate>> partners,
      Predicate<PackId> underWay) {
    this.underWay = underWay;
    this.rows = rows;
    this.store = store;
    this.policy = policy;
    this.partners = partners;
  }

  /** Whether the published head still names the old places of packs that are coded anew. */
  static boolean isBehind(RowView rows) throws IOException {
    return behind(rows) > 0;
  }

  /** How many times packs were coded anew since a head was published that names all places. */
  static long behind(RowView rows) throws IOException {
    byte[] row = rows.get(Table.META, KEY);
    return row == null ? 0 : row.length == 0 ? 1 : RowKeys.first(row);
  }

  /** A head has been published that names all places up to such a {@link #behind}. */
  static void published(RowView rows, Update update, long upTo) throws IOException {
    if (upTo > 0 && behind(rows) == upTo) {
      update.delete(Table.META, KEY);
    }
  }

  /** Returns how many packs are to be coded anew; the shipper must look at the rows again then. */
  int tick() throws IOException {
    List<HolderCandidate> all = partners.get();
    int count = all.size();
    Optional<CodeParameters> code = policy.codeFor(all);
    if (code.isEmpty() || (code.equals(done) && count >= doneFor)) {
      return 0;
    }
    Recoding found = recode(code.get(), count);
    done = found.waiting ? Optional.empty() : code;
    doneFor = count;
    return found.packs;
  }

  /** Lets the next tick look at all packs: one has come to this machine. */
  int again() {
    done = Optional.empty();
    return 0;
  }

  /**
   * What was found to be coded anew.
   *
   * @param waiting whether there are more, which cannot be yet
   */
  private record Recoding(int packs, boolean waiting) {}

  private Recoding recode(CodeParameters code, int partnerCount) throws IOException {
    int[] count = {0};
    boolean[] waiting = {false};
    Update update = new Update();
    PackRows.visit(
        rows,
        (id, row) -> {
          boolean wide = isTooWide(row, partnerCount);
          if (!row.state().live() || !(wide || isWeaker(row, code))) {
            return;
          }
          if (store.exists(id)) {
            // One that is on its way has shards in flight: its turn comes when they have arrived.
            boolean still = wide && !underWay.test(id);
            if (row.state() == PackState.PLACED || still) {
              reset(update, id, row);
              count[0]++;
            } else {
              waiting[0] = true;
            }
          }
        });
    if (count[0] > 0) {
      rows.apply(update.put(Table.META, KEY, RowKeys.of(behind(rows) + 1)));
      log.info("{} packs are coded anew by {}", count[0], code);
    }
    return new Recoding(count[0], waiting[0]);
  }

  /** Whether a pack has more shards than there are partners, so that it must be coded anew. */
  static boolean isTooWide(PackRow row, int partners) {
    return row.code().isPresent() && PlacementPolicy.isTooWide(row.code().get(), partners);
  }

  /** Whether a pack is to be coded anew. */
  static boolean isWeaker(PackRow row, CodeParameters code) {
    return row.code().isPresent() && PlacementPolicy.isWeaker(row.code().get(), code);
  }

  private static void reset(Update update, PackId id, PackRow row) {
    update.put(Table.PACKS, PackRow.key(id), row.uncoded().encode());
    for (int index = 0; index < row.code().orElseThrow().n(); index++) {
      update.delete(Table.SHARDS, ShardRow.key(id, index));
    }
    update.delete(Table.META, RunBook.mark(id));
  }
}
