package kith.fs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import kith.codec.CodeParameters;
import kith.index.PackStore;
import kith.index.RowView;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * When partners have come, lets packs that were coded for fewer be coded anew, so that what is
 * called safe survives what the drive's code promises now. A published head goes on naming the old
 * shards, which stay where they are, until the next head names the new ones. For one thread.
 */
final class Recoder {
  private static final Logger log = LoggerFactory.getLogger(Recoder.class);

  /** There from the moment when packs are coded anew until a head names their new places. */
  private static final byte[] KEY = "recoded".getBytes(StandardCharsets.UTF_8);

  private final Rows rows;
  private final PackStore store;
  private final PlacementPolicy policy;
  private final Supplier<List<HolderCandidate>> partners;
  private Optional<CodeParameters> done = Optional.empty();

  Recoder(
      Rows rows,
      PackStore store,
      PlacementPolicy policy,
      Supplier<List<HolderCandidate>> partners) {
    this.rows = rows;
    this.store = store;
    this.policy = policy;
    this.partners = partners;
  }

  /** Whether the published head still names the old places of packs that are coded anew. */
  static boolean isBehind(RowView rows) throws IOException {
    return rows.get(Table.META, KEY) != null;
  }

  /** A head with the new places has been published. */
  static void published(Update update) {
    update.delete(Table.META, KEY);
  }

  /** Returns how many packs are to be coded anew; the shipper must look at the rows again then. */
  int tick() throws IOException {
    Optional<CodeParameters> code = policy.codeFor(partners.get().size());
    if (code.isEmpty() || code.equals(done)) {
      return 0;
    }
    int[] count = {0};
    boolean[] waiting = {false};
    Update update = new Update();
    PackRows.visit(
        rows,
        (id, row) -> {
          if (row.state().live() && isWeaker(row, code.get()) && store.exists(id)) {
            // One that is on its way has shards in flight: its turn comes when they have arrived.
            if (row.state() == PackState.PLACED) {
              reset(update, id, row);
              count[0]++;
            } else {
              waiting[0] = true;
            }
          }
        });
    if (count[0] > 0) {
      rows.apply(update.put(Table.META, KEY, new byte[0]));
      log.info("{} packs are coded anew by {}", count[0], code.get());
    }
    done = waiting[0] ? Optional.empty() : code;
    return count[0];
  }

  /** Whether a pack is to be coded anew. */
  static boolean isWeaker(PackRow row, CodeParameters code) {
    return row.code().isPresent() && row.code().get().k() < code.k();
  }

  private static void reset(Update update, kith.codec.PackId id, PackRow row) {
    update.put(Table.PACKS, PackRow.key(id), row.uncoded().encode());
    for (int index = 0; index < row.code().orElseThrow().n(); index++) {
      update.delete(Table.SHARDS, ShardRow.key(id, index));
    }
    update.delete(Table.META, RunBook.mark(id));
  }
}
