package kith.index;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileHoldingStoreTest extends HoldingStoreContract {
  @TempDir Path directory;
  private Home home;
  private Rows rows;

  @Override
  HoldingStore open() throws IOException {
    home = Home.open(directory);
    rows = new MemoryStorage().rows(() -> {});
    return new FileHoldingStore(home, HOLDER, rows);
  }

  @Test
  void manyPutAndDropBesideEachOther() throws Exception {
    int threads = 4;
    int shards = 25;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<Future<?>> all = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int first = t * shards;
      all.add(
          pool.submit(
              () -> {
                for (int i = first; i < first + shards; i++) {
                  put(store, OWNER, i, sealed(i, 3000));
                  put(store, OWNER, 1000, sealed(7, 500)); // all put this one
                  if (i % 5 == 0) {
                    store.drop(OWNER, name(i), i);
                  }
                }
                return null;
              }));
    }
    for (Future<?> each : all) {
      each.get();
    }
    pool.shutdown();
    int standing = threads * shards * 4 / 5;
    assertEquals(3000L * threads * shards + 500, store.usedBytes(OWNER));
    assertEquals(3000L * threads * shards / 5, store.trashBytes(OWNER));
    assertEquals(standing + 1, store.list(OWNER, null, 1000).size());
    assertEquals(threads * shards * 6 / 5 + 1, store.ledgerPosition(OWNER).count());
    HeldRows.Totals totals = HeldRows.totals(rows.get(Table.HELD_OWNERS, OWNER.toBytes()));
    assertEquals(store.ledgerPosition(OWNER), totals.ledger());
    assertEquals(standing + 1, totals.shards());
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    rows.close();
    home.close();
  }
}
