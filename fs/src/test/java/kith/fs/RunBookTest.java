package kith.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import kith.codec.PackId;
import org.junit.jupiter.api.Test;

class RunBookTest {
  private static final int TINY = 60_000;

  private static List<RunBook.Waiting> packs(int count, int chunks) {
    List<RunBook.Waiting> found = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < count; i++) {
      byte[] id = new byte[PackId.SIZE];
      random.nextBytes(id);
      found.add(new RunBook.Waiting(new PackId(id), chunks));
    }
    return found;
  }

  private static void assertEachOnceInOrder(List<RunBook.Waiting> waiting) {
    assertEquals(
        waiting.stream().map(RunBook.Waiting::pack).toList(),
        RunBook.byRun(waiting).stream().flatMap(List::stream).toList());
  }

  @Test
  void aRunOfPacksFullOfTinyChunksHasFewOfThem() {
    List<RunBook.Waiting> waiting = packs(RunBook.PACKS_PER_RUN, TINY);

    List<List<PackId>> runs = RunBook.byRun(waiting);

    for (List<PackId> run : runs) {
      assertTrue((run.size() - 1) * TINY < RunBook.CHUNKS_PER_RUN, run.size() + " in a run");
    }
    assertEachOnceInOrder(waiting);
  }

  @Test
  void aRunOfPacksOfLargeChunksHasAsManyAsItMay() {
    List<RunBook.Waiting> waiting = packs(2 * RunBook.PACKS_PER_RUN + 1, 200);

    List<Integer> sizes = RunBook.byRun(waiting).stream().map(List::size).toList();

    assertEquals(List.of(RunBook.PACKS_PER_RUN, RunBook.PACKS_PER_RUN, 1), sizes);
    assertEachOnceInOrder(waiting);
  }

  @Test
  void aPackWithMoreChunksThanARunMayHaveIsARunOfItsOwn() {
    List<RunBook.Waiting> waiting = packs(3, RunBook.CHUNKS_PER_RUN + 1);

    assertEquals(3, RunBook.byRun(waiting).size());
    assertEachOnceInOrder(waiting);
  }

  @Test
  void whereNothingWaitsThereIsNoRun() {
    assertEquals(List.of(), RunBook.byRun(List.of()));
  }
}
