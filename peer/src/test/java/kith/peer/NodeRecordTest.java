package kith.peer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import kith.codec.CorruptDataException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;
import kith.peer.choice.Schedule;
import org.junit.jupiter.api.Test;

/** What a node says of itself: only what its owner's node signed, and what makes sense. */
final class NodeRecordTest {
  private static final Instant NOW = Messages.TIME;
  private static final long DAY = Duration.ofDays(1).toMillis();

  /** A body whose fields a test may set otherwise. */
  private static final class Body {
    OwnerId owner = Messages.ALICE.owner();
    List<String> addresses = List.of("192.0.2.1:5484");
    long generation = 1;
    long issued = NOW.toEpochMilli();
    long expires = issued + DAY;
    long offered = 1;
    long wanted = 1;
    long since = issued;
    byte[] schedule = Schedule.ALWAYS.toBytes();
    String name = "Alice";

    SignedRecord signedBy(NodeIdentity... nodes) {
      byte[] body =
          new FieldWriter()
              .bytes("owner", owner)
              .texts("addresses", addresses)
              .number("generation", generation)
              .number("issued", issued)
              .number("expires", expires)
              .number("protocol", 1)
              .text("software", "kith")
              .text("name", name)
              .text("system", "Linux")
              .text("version", "6.1")
              .text("machine", "amd64")
              .bytes("schedule", schedule)
              .number("up", 0)
              .number("down", 0)
              .number("offered", offered)
              .number("wanted", wanted)
              .number("since", since)
              .number("future", 5)
              .toBytes();
      SignedRecord record = SignedRecord.unsigned(RecordKind.NODE, 2, body);
      for (NodeIdentity node : nodes) {
        record = record.signedBy(node);
      }
      return record;
    }
  }

  private static NodeRecord read(Consumer<Body> change) throws CorruptDataException {
    var body = new Body();
    change.accept(body);
    return NodeRecord.parse(body.signedBy(Messages.ALICE).toBytes());
  }

  private static void refused(String reason, Consumer<Body> change) {
    var failure = assertThrows(CorruptDataException.class, () -> read(change));
    assertTrue(failure.getMessage().contains(reason), failure.getMessage());
  }

  @Test
  void fieldsOfNewerVersionsAreKeptAndStaySigned() throws CorruptDataException {
    NodeRecord record = read(body -> {});
    NodeRecord again = NodeRecord.parse(record.toBytes());
    assertArrayEquals(record.toBytes(), again.toBytes());
    assertEquals(5, again.record().fields().count("future"));
    assertEquals(2, again.record().version());
  }

  @Test
  void whatContradictsItselfIsRefusedWithAReason() {
    refused("neither offers nor wants", body -> body.offered = body.wanted = 0);
    refused("'offered' is out of bounds", body -> body.offered = Long.MIN_VALUE);
    refused("'wanted' is out of bounds", body -> body.wanted = Long.MAX_VALUE);
    refused("without an address", body -> body.addresses = List.of());
    refused("without an address", body -> body.addresses = List.of("not an address!"));
    refused("too many entries", body -> body.addresses = java.util.Collections.nCopies(9, "a:1"));
    refused("expired before", body -> body.expires = body.issued);
    refused("expired before", body -> body.expires = body.issued - DAY);
    refused("more than 7 days", body -> body.expires = body.issued + 8 * DAY);
    refused("never on-line", body -> body.schedule = new byte[Schedule.BYTES]);
    refused("too short", body -> body.schedule = new byte[3]);
    refused("'generation' is out of bounds", body -> body.generation = 0);
    refused("before there was the node", body -> body.since = body.issued + 3 * DAY);
    refused("too long", body -> body.name = "x".repeat(65));
    for (String name : List.of("a\nb", "\u001b[2J", "a\u202eb", "a\u2028b")) {
      refused("would not just show", body -> body.name = name);
    }
  }

  @Test
  void onlyANodeOfItsOwnerSignsIt() {
    refused("is signed by", body -> body.owner = Messages.BOB.owner());
    assertThrows(CorruptDataException.class, () -> parse(new Body().signedBy(Messages.BOB)));
    assertThrows(CorruptDataException.class, () -> parse(new Body().signedBy()));
    assertThrows(
        CorruptDataException.class,
        () -> parse(new Body().signedBy(Messages.ALICE, Messages.ALICE)));
    var key = TestNode.keyOf("viewer");
    var view = NodeIdentity.create(key, Role.VIEW, 1, () -> NOW, new SecureRandom());
    var body = new Body();
    body.owner = key.id();
    assertThrows(CorruptDataException.class, () -> parse(body.signedBy(view)));
  }

  private static NodeRecord parse(SignedRecord record) throws CorruptDataException {
    return NodeRecord.parse(record.toBytes());
  }

  @Test
  void itDoesNotOutliveItsCredential() throws CorruptDataException {
    long end = Messages.ALICE.expires().toEpochMilli();
    refused(
        "outlives",
        body -> {
          body.issued = end;
          body.expires = end + 3 * DAY;
        });
    var late = Messages.ALICE.expires().minus(Duration.ofHours(1));
    var self = new LocalNode(Messages.ALICE, "kith", List.of(), () -> late);
    var says = new NodeRecord.Announcement(Messages.nodeRecord().addresses(), Messages.facts());
    NodeRecord last = NodeRecord.sign(self, says, 1, Duration.ofDays(3));
    assertEquals(Messages.ALICE.expires(), last.age().expires());
  }

  @Test
  void itHoldsFromADayBeforeItsIssueUntilItExpires() throws Exception {
    NodeRecord record = read(body -> {});
    record.checkTime(NOW);
    record.checkTime(NOW.minus(Duration.ofHours(26)));
    record.checkTime(NOW.plusMillis(DAY - 1));
    assertThrows(NotPermittedException.class, () -> record.checkTime(NOW.plusMillis(DAY)));
    assertThrows(
        NotPermittedException.class, () -> record.checkTime(NOW.minus(Duration.ofHours(27))));
  }

  @Test
  void networksAreToldApartByTheFirstBitsOfTheirAddresses() {
    assertEquals(network("192.0.2.1"), network("192.0.77.1"));
    assertEquals(network("2001:db8::1"), network("2001:db8:7::1"));
    assertEquals(
        5,
        List.of("10.1.0.1", "10.2.0.1", "2001:db9::1", "a.example", "b.example").stream()
            .map(NodeRecordTest::network)
            .distinct()
            .count());
  }

  private static String network(String host) {
    return new NodeAddress(host, 1).network();
  }
}
