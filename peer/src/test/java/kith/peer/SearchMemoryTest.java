package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Set;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who is left in peace after he was asked, and for how long. */
final class SearchMemoryTest {
  private static final OwnerId BOB = TestNode.keyOf("bob").id();

  private final VirtualClock clock = new VirtualClock();
  private final Rows rows = new MemoryStorage().rows(() -> {});

  @AfterEach
  void close() throws IOException {
    rows.close();
  }

  private SearchMemory open() throws IOException {
    return new SearchMemory(rows, clock);
  }

  private static OwnerId owner(int number) {
    return TestNode.keyOf("node" + number).id();
  }

  private Duration rest(SearchMemory memory) {
    Instant until = memory.all().get(0).rest().until();
    return Duration.between(clock.instant(), until);
  }

  @Test
  void eachTimeTheRestIsTwiceAsLongUpToABound() throws IOException {
    SearchMemory memory = open();
    Duration expected = Duration.ofDays(1);
    for (int i = 0; i < 8; i++) {
      memory.note(BOB, SearchRest.Kind.DECLINED, "no");
      assertEquals(expected, rest(memory));
      assertEquals(Set.of(BOB), memory.resting());
      clock.advance(expected);
      assertEquals(Set.of(), memory.resting());
      expected = expected.compareTo(Duration.ofDays(32)) < 0 ? expected.multipliedBy(2) : expected;
    }
    memory.note(BOB, SearchRest.Kind.SILENT, "away");
    assertEquals(Duration.ofMinutes(15), rest(memory), "something else happened");
    memory.forget(BOB);
    assertEquals(0, open().all().size());
  }

  @Test
  void itIsStillKnownAfterARestart() throws IOException {
    SearchMemory memory = open();
    memory.note(BOB, SearchRest.Kind.DECLINED, "no");
    memory.note(BOB, SearchRest.Kind.DECLINED, "still no");
    rows.apply(
        new Update().put(Table.META, "askew".getBytes(StandardCharsets.UTF_8), new byte[] {1}));
    assertEquals(memory.all(), open().all());
    assertEquals("still no", open().all().get(0).rest().why());
    assertEquals(2, open().all().get(0).rest().times());
    clock.set(clock.instant().minus(Duration.ofDays(400)));
    assertEquals(Set.of(), open().resting(), "a clock that was put back keeps nobody silent");
  }

  @Test
  void tooManyPushOutWhoMayBeAskedSoonest() throws IOException {
    SearchMemory memory = open();
    memory.note(BOB, SearchRest.Kind.SILENT, "away");
    for (int i = 0; i < SearchMemory.MOST; i++) {
      memory.note(owner(i), SearchRest.Kind.DECLINED, "no");
    }
    assertEquals(SearchMemory.MOST, memory.all().size());
    assertTrue(memory.all().stream().noneMatch(each -> each.owner().equals(BOB)));
    assertEquals(memory.all(), open().all());
    clock.advance(Duration.ofDays(100));
    memory.note(BOB, SearchRest.Kind.SILENT, "away");
    assertEquals(1, open().all().size(), "what is long over is forgotten");
  }

  @Test
  void damagedRowsAreForgotten() throws Exception {
    byte[] prefix = "asked".getBytes(StandardCharsets.UTF_8);
    byte[] key = Arrays.copyOf(prefix, 5 + OwnerId.SIZE);
    BOB.copyTo(key, 5);
    byte[] row = Messages.searchRest().toRow();
    for (int length = 0; length < row.length; length++) {
      byte[] cut = Arrays.copyOf(row, length);
      assertThrows(CorruptDataException.class, () -> SearchRest.ofRow(cut));
    }
    row[0] = 9;
    rows.apply(new Update().put(Table.META, key, row));
    assertEquals(0, open().all().size());
    assertEquals(null, rows.get(Table.META, key));
  }

  @Test
  void itsRowIsAsItEverWas() throws CorruptDataException {
    byte[] golden = Golden.bytes("row-asked");
    assertArrayEquals(golden, Messages.searchRest().toRow());
    assertEquals(Messages.searchRest(), SearchRest.ofRow(golden));
  }
}
