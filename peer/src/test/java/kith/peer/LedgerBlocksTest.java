package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.PackId;
import kith.codec.ShardName;
import kith.index.LedgerChange;
import kith.index.LedgerEntry;
import org.junit.jupiter.api.Test;

final class LedgerBlocksTest {
  private final List<LedgerEntry> ledger = new ArrayList<>();

  private void add(LedgerChange.Kind kind, int number, long length) {
    var pack = new PackId(Messages.filled(PackId.SIZE, number));
    var shard = new ShardName(pack, CodeParameters.of(4, 2), 0);
    var change = new LedgerChange(kind, shard, length, Messages.ROOT, 1);
    ledger.add(new LedgerEntry(ledger.size(), change, Messages.ROOT));
  }

  private List<LedgerEntry> read(long from, int limit) {
    return ledger.stream().skip(from).limit(limit).toList();
  }

  /** By keeping a list of what is there. */
  private List<String> slowly(int end) {
    var there = new ArrayList<LedgerChange>();
    for (LedgerEntry entry : ledger.subList(0, end)) {
      there.removeIf(put -> put.shard().equals(entry.change().shard()));
      if (entry.change().kind() == LedgerChange.Kind.PUT) {
        there.add(entry.change());
      }
    }
    var blocks = new ArrayList<String>();
    for (LedgerChange put : there) {
      for (long at = 0; at * 65_552 < put.sealedLength(); at++) {
        blocks.add(
            put.shard() + " " + at + " " + Math.min(65_552, put.sealedLength() - at * 65_552));
      }
    }
    return blocks;
  }

  @Test
  void theBlocksAreThoseOfWhatIsPutAndNotDroppedLater() throws IOException, CorruptDataException {
    RandomGenerator random = Shards.random(4);
    var there = new boolean[40];
    for (int i = 0; i < 1500; i++) {
      int number = random.nextInt(40);
      add(
          there[number] ? LedgerChange.Kind.DROP : LedgerChange.Kind.PUT,
          number,
          1 + random.nextInt(300_000));
      there[number] = !there[number];
    }
    for (int end : new int[] {1, 2, 511, 512, 513, 1024, 1500}) {
      var blocks = new LedgerBlocks(this::read, end);
      List<String> expected = slowly(end);
      assertEquals(expected.size(), blocks.count());
      List<Long> all = LongStream.range(0, blocks.count()).boxed().toList();
      assertEquals(
          expected,
          blocks.places(all).stream()
              .map(place -> place.shard() + " " + place.block() + " " + place.length())
              .toList());
    }
  }

  @Test
  void aLedgerThatIsTooShortIsNoticed() {
    add(LedgerChange.Kind.PUT, 1, 100);
    assertThrows(CorruptDataException.class, () -> new LedgerBlocks(this::read, 2));
  }
}
