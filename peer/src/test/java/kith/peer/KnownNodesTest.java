package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.codec.SpaceExhaustedException;
import kith.index.MemoryStorage;
import kith.index.Rows;
import kith.index.Table;
import kith.index.Update;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a node keeps of others: the newest, for a time, and not too much. */
final class KnownNodesTest {
  private static final OwnerId SELF = TestNode.keyOf("self").id();
  private static final OwnerId TELLER = TestNode.keyOf("teller").id();

  private final VirtualClock clock = new VirtualClock();
  private final MemoryStorage storage = new MemoryStorage();
  private Rows rows = storage.rows(() -> {});

  @AfterEach
  void close() throws IOException {
    rows.close();
  }

  private KnownNodes open(int all, int ofOne) throws IOException {
    return new KnownNodes(rows, SELF, clock, new KnownNodes.Bounds(all, ofOne, 0));
  }

  private NodeRecord record(String name, long epoch, long generation) throws KithException {
    var key = TestNode.keyOf(name);
    var node = NodeIdentity.create(key, Role.NODE, epoch, clock, new SecureRandom());
    var addresses = List.of(new NodeAddress("10." + name.hashCode() % 7 + ".0.1", 5484));
    var self = new LocalNode(node, "kith test", addresses, clock);
    return NodeRecord.sign(
        self,
        new NodeRecord.Announcement(addresses, Messages.facts()),
        generation,
        Duration.ofDays(3));
  }

  private static String name(int number) {
    return Character.toString('a' + number);
  }

  @Test
  void theNewestEpochAndThenGenerationWins() throws Exception {
    KnownNodes known = open(10, 10);
    NodeRecord newer = record("a", 2, 1);
    NodeRecord older = record("a", 1, 99);
    assertTrue(known.take(older.toBytes(), TELLER));
    assertFalse(known.take(older.toBytes(), TELLER));
    assertTrue(known.take(newer.toBytes(), SELF));
    assertThrows(NotPermittedException.class, () -> known.take(older.toBytes(), TELLER));
    assertFalse(known.take(record("a", 2, 1).toBytes(), TELLER));
    assertEquals(newer.age(), known.find(newer.owner()).orElseThrow().age());
    assertEquals(1, known.all().size());
  }

  @Test
  void nobodyTellsThisNodeAboutItself() throws Exception {
    KnownNodes known = open(10, 10);
    assertFalse(known.take(record("self", 9, 9).toBytes(), TELLER));
    assertTrue(known.own().records().isEmpty());
  }

  @Test
  void whatIsKnownSurvivesARestartUntilItExpires() throws Exception {
    NodeRecord a = record("a", 1, 1);
    open(10, 10).take(a.toBytes(), TELLER);
    clock.advance(Duration.ofDays(1));
    NodeRecord b = record("b", 1, 1);
    open(10, 10).take(b.toBytes(), TELLER);
    rows.close();
    rows = storage.rows(() -> {});
    assertEquals(2, open(10, 10).size());
    clock.advance(Duration.ofDays(2));
    KnownNodes known = open(10, 10);
    assertEquals(List.of(b.owner()), known.all().stream().map(NodeRecord::owner).toList());
    clock.advance(Duration.ofDays(1));
    assertTrue(known.page(RecordsQuery.page(Optional.empty())).records().isEmpty());
    assertEquals(1, known.purge());
    assertEquals(0, open(10, 10).size());
  }

  @Test
  void whatAPartnerSaidOfItselfIsKnownWhileItIsAway() throws Exception {
    NodeRecord partner = record("a", 1, 1);
    Set<OwnerId> partners = new HashSet<>(Set.of(partner.owner()));
    var known = new KnownNodes(rows, SELF, clock, partners::contains);
    known.take(partner.toBytes(), TELLER);
    known.take(record("b", 1, 1).toBytes(), TELLER);
    clock.advance(Duration.ofDays(40));
    assertEquals(1, known.purge());
    assertEquals(partner.facts(), known.find(partner.owner()).orElseThrow().facts());
    assertTrue(known.page(RecordsQuery.page(Optional.empty())).records().isEmpty(), "told on");
    known = new KnownNodes(rows, SELF, clock, partners::contains);
    assertEquals(1, known.size());
    partners.clear();
    assertEquals(0, new KnownNodes(rows, SELF, clock, partners::contains).size());
  }

  @Test
  void aDamagedRowIsForgottenAlone() throws Exception {
    KnownNodes known = open(10, 10);
    known.take(record("a", 1, 1).toBytes(), TELLER);
    NodeRecord b = record("b", 1, 1);
    known.take(b.toBytes(), TELLER);
    rows.apply(new Update().put(Table.KNOWN_NODES, b.owner().toBytes(), new byte[] {1, 2, 3}));
    assertEquals(1, open(10, 10).size());
    assertEquals(null, rows.get(Table.KNOWN_NODES, b.owner().toBytes()));
  }

  @Test
  void oneWhoTellsOfManyPushesOutOnlyHisOwn() throws Exception {
    KnownNodes known = open(10, 3);
    NodeRecord other = record("other", 1, 1);
    known.take(other.toBytes(), other.owner());
    for (int i = 0; i < 6; i++) {
      clock.advance(Duration.ofMinutes(1));
      known.take(record(name(i), 1, 1).toBytes(), TELLER);
    }
    assertEquals(4, known.size());
    assertTrue(known.find(other.owner()).isPresent());
    assertTrue(known.find(TestNode.keyOf("f").id()).isPresent());
  }

  @Test
  void whatIsFullTakesNobodyNewUntilSomethingExpires() throws Exception {
    KnownNodes known = open(2, 10);
    known.take(record("a", 1, 1).toBytes(), TELLER);
    known.take(record("b", 1, 1).toBytes(), TELLER);
    byte[] third = record("c", 1, 1).toBytes();
    assertThrows(SpaceExhaustedException.class, () -> known.take(third, TELLER));
    assertTrue(known.take(record("a", 1, 2).toBytes(), TELLER));
    clock.advance(Duration.ofDays(4));
    assertTrue(known.take(record("c", 1, 2).toBytes(), TELLER));
    assertEquals(1, known.size());
  }

  @Test
  void whoHasToldOfMostMakesRoomForOthers() throws Exception {
    KnownNodes known = open(4, 3);
    for (int i = 0; i < 3; i++) {
      known.take(record("made up " + i, 1, 1).toBytes(), TELLER);
      clock.advance(Duration.ofMinutes(1));
    }
    OwnerId other = TestNode.keyOf("other").id();
    assertTrue(known.take(record("x", 1, 1).toBytes(), other));
    assertTrue(known.take(record("y", 1, 1).toBytes(), other));
    assertEquals(4, known.size());
    assertTrue(known.find(TestNode.keyOf("made up 0").id()).isEmpty(), "expires first");
    byte[] third = record("z", 1, 1).toBytes();
    assertThrows(SpaceExhaustedException.class, () -> known.take(third, other));
    assertTrue(known.take(record("self", 1, 1), SELF), "one's own record always has room");
  }

  @Test
  void twoThingsInOneGenerationAreRefused() throws Exception {
    KnownNodes known = open(10, 10);
    NodeRecord first = record("a", 1, 5);
    known.take(first.toBytes(), TELLER);
    clock.advance(Duration.ofMinutes(1));
    byte[] second = record("a", 1, 5).toBytes();
    var refused = assertThrows(NotPermittedException.class, () -> known.take(second, SELF));
    assertTrue(refused.getMessage().contains("two things"), refused.getMessage());
    assertEquals(first.age(), known.find(first.owner()).orElseThrow().age());
  }

  private boolean publishes(KnownNodes known, String name, String source) throws Exception {
    NodeRecord record = record(name, 1, clock.instant().toEpochMilli());
    try {
      known.published(record.record(), record.owner(), source);
      return true;
    } catch (SpaceExhaustedException e) {
      assertTrue(e.getMessage().contains("your address or network"), e.getMessage());
      return false;
    }
  }

  @Test
  void ofOneAddressAndOneNetworkOnlySoManyAreKept() throws Exception {
    var bounds = new KnownNodes.Bounds(1000, 1, 2);
    var known = new KnownNodes(rows, SELF, clock, bounds);
    int kept = 0;
    for (int i = 0; i < 40; i++) {
      kept += publishes(known, "n" + i, String.format("0a0100%02x", i / 3)) ? 1 : 0;
    }
    assertEquals(2 * 13 + 1, kept, "two of three at each address");
    for (int i = 0; i < 9; i++) {
      kept += publishes(known, "m" + i, "0a0177" + (10 + i)) ? 1 : 0;
    }
    assertEquals(2 * SourceCounts.ADDRESSES_OF_NETWORK, kept);
    var again = new KnownNodes(rows, SELF, clock, bounds);
    assertFalse(publishes(again, "late", "0a01ffff"), "also after a restart");
    assertTrue(publishes(again, "n0", "0a010000"), "who is there already is kept up");
    assertTrue(publishes(again, "far", "0b010000"));
    assertTrue(publishes(again, "far6", "20010db800000001"));
    clock.advance(Duration.ofDays(4));
    again.purge();
    assertTrue(publishes(again, "late", "0a01ffff"));
  }

  @Test
  void pagesAreBoundedFilteredAndSpreadOverNetworks() throws Exception {
    KnownNodes known = open(1000, 1000);
    for (int i = 0; i < 80; i++) {
      known.take(record("n" + i, 1, 1).toBytes(), TELLER);
    }
    var all = RecordsQuery.page(Optional.empty());
    Reply.Records first = known.page(all);
    assertEquals(Protocol.MAX_RECORDS, first.records().size());
    assertTrue(first.more());
    MessageCodec.control(first);
    OwnerId last = NodeRecord.ownerOf(first.records().get(31));
    Reply.Records second = known.page(all.behind(Optional.of(last)));
    assertTrue(NodeRecord.ownerOf(second.records().get(0)).compareTo(last) > 0);
    long space = AgreementSide.MAX_SPACE;
    assertEquals(
        0, known.page(new RecordsQuery(Optional.empty(), 9, 1L << 40, space, 0)).records().size());
    assertEquals(0, known.page(new RecordsQuery(Optional.empty(), 9, 0, 1, 0)).records().size());
    int spread = known.page(new RecordsQuery(Optional.empty(), 32, 0, space, 1)).records().size();
    assertTrue(spread >= 5 && spread <= 13, spread + " networks");
  }

  @Test
  void ratesOfAddressesAreBoundedAndForgotten() throws Exception {
    var rates = new AddressRates(2);
    var one = java.net.InetAddress.getByName("192.0.2.1");
    int admitted = 0;
    for (int i = 0; i < 100; i++) {
      admitted += rates.admit(one, 0) ? 1 : 0;
    }
    assertEquals(21, admitted);
    assertTrue(rates.admit(java.net.InetAddress.getByName("192.0.2.2"), 0));
    assertTrue(rates.admit(one, Duration.ofSeconds(2).toNanos()));
    var home = java.net.InetAddress.getByName("2001:db8::1");
    var same = java.net.InetAddress.getByName("2001:db8::2");
    rates.admit(home, 0);
    int before = rates.size();
    rates.admit(same, 0);
    assertEquals(before, rates.size());
    for (int i = 0; i < AddressRates.MOST + 10; i++) {
      rates.admit(
          java.net.InetAddress.getByAddress(new byte[] {10, 1, (byte) (i >> 8), (byte) i}), 0);
    }
    assertEquals(AddressRates.MOST, rates.size());
  }
}
