package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.ShardName;
import kith.index.LedgerChange;
import kith.index.LedgerEntry;
import kith.peer.choice.Schedule;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.Conduct;
import kith.peer.conduct.ConductRules;
import kith.peer.conduct.Standing;
import kith.peer.conduct.Trouble;

/** One message of each kind, for tests that go through all. */
final class Messages {
  static final Instant TIME = Instant.parse("2026-11-21T10:00:00Z");
  static final NodeIdentity ALICE = identity("alice");
  static final NodeIdentity BOB = identity("bob");
  static final ShardName SHARD =
      new ShardName(new PackId(filled(PackId.SIZE, 1)), CodeParameters.of(4, 2), 5);
  static final Digest ROOT = new Digest(filled(Digest.SIZE, 2));

  private Messages() {}

  private static NodeIdentity identity(String name) {
    try {
      return NodeIdentity.ofBytes(Golden.bytes("identity-" + name));
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  static PutAck putAck() {
    OwnerId owner = ALICE.owner();
    return new PutAck(
        owner, BOB.owner(), SHARD, 70_000, ROOT, 1, 41, new Digest(filled(32, 3)), TIME);
  }

  static HeadRecord head() {
    try {
      return HeadRecord.parse(Golden.bytes("record-head"));
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  static Checkpoint checkpoint() {
    return new Checkpoint(ALICE.owner(), BOB.owner(), 1, 42, new Digest(filled(32, 5)), TIME);
  }

  static Agreement agreement() {
    return new Agreement(
        new AgreementId(filled(AgreementId.SIZE, 6)),
        1,
        AgreementSide.always(ALICE.owner(), "Alice", 1L << 40),
        AgreementSide.always(BOB.owner(), "Bob", 2L << 40),
        AgreementTerms.friends(),
        TIME);
  }

  /** The amendment of {@link #agreement}, whose record is the golden one. */
  static Agreement amendment() {
    try {
      SignedRecord before =
          SignedRecord.parse(Golden.bytes("record-agreement"), RecordKind.AGREEMENT);
      return new Agreement(
          agreement().id(),
          2,
          AgreementSide.always(BOB.owner(), "Bob", 3L << 40),
          AgreementSide.always(ALICE.owner(), "Alice", 1L << 40),
          AgreementTerms.strangers(),
          TIME.plusSeconds(86_400),
          1,
          Optional.of(TIME.plusSeconds(14 * 86_400)),
          Optional.of(Agreement.of(before).amended(before)));
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Bob's amendment, as Alice keeps it for a person; its record is the golden one. */
  static OfferRow offer() {
    try {
      SignedRecord record = SignedRecord.parse(Golden.bytes("record-offer"), RecordKind.AGREEMENT);
      return new OfferRow(
          OfferRow.Direction.IN,
          BOB.owner(),
          Agreement.of(record),
          record,
          Contact.understood(List.of("bob.example:1")),
          OfferRow.State.HELD,
          "more than is set aside",
          0);
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  static SignedRecord amendmentOfBoth() {
    return amendment().signedBy(BOB).signedBy(ALICE);
  }

  /** An agreement of a later version, with fields that this one does not know, one in a side. */
  static SignedRecord laterAgreement() {
    Agreement now = agreement();
    byte[] body =
        new FieldWriter()
            .bytes("id", now.id())
            .number("generation", 1)
            .map("proposer", now.proposer(), (out, side) -> side.write(out.text("land", "mu")))
            .map("acceptor", now.acceptor(), (out, side) -> side.write(out))
            .map("terms", now.terms(), (out, both) -> both.write(out))
            .number("made", TIME.toEpochMilli())
            .number("protocol", 1)
            .number("until", TIME.plusSeconds(86_400).toEpochMilli())
            .texts("clauses", List.of("one", "two"))
            .flag("new", true)
            .toBytes();
    return SignedRecord.unsigned(RecordKind.AGREEMENT, 3, body).signedBy(ALICE).signedBy(BOB);
  }

  static SignedRecord agreementOfBoth() {
    return agreement().signedBy(ALICE).signedBy(BOB);
  }

  /** Bob as Alice's book has him, of golden records: signatures differ each time. */
  static Partner partner() {
    try {
      SignedRecord record =
          SignedRecord.parse(Golden.bytes("record-agreement"), RecordKind.AGREEMENT);
      SignedRecord checkpoint =
          SignedRecord.parse(Golden.bytes("record-checkpoint"), RecordKind.CHECKPOINT);
      return new Partner(
          BOB.owner(),
          Agreement.ofBoth(record),
          record,
          Contact.understood(List.of("192.0.2.2:5484", "bob.example:1")),
          3,
          Optional.of(checkpoint),
          Optional.of(checkpoint));
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  static InvitationRow invitation() {
    var terms = new InvitationTerms("Alice", 3L << 30, 2L << 30, AgreementTerms.friends());
    return new InvitationRow(
        terms,
        filled(InvitationCode.SECRET_SIZE, 13),
        TIME,
        Optional.of(BOB.owner()),
        Optional.empty());
  }

  /** The same with words. */
  static InvitationRow spokenInvitation() {
    var code = new ShortCode(47, List.of(0, 1024, 2047));
    var via = Contact.understood(List.of("192.0.2.9:5484")).get(0);
    return invitation()
        .with(new InvitationRow.Spoken(code, 2, Optional.of(BOB.owner()), Optional.of(via)));
  }

  static InvitationCode code() {
    var addresses =
        Contact.understood(
            List.of("home.example:5484", "192.0.2.1:1", "[2001:db8:0:0:0:0:0:1]:65535"));
    return new InvitationCode(ALICE.owner(), filled(InvitationCode.SECRET_SIZE, 13), addresses);
  }

  /** Alice leaves Bob. */
  static LeaveNotice notice() {
    return new LeaveNotice(
        agreement().id(),
        ALICE.owner(),
        BOB.owner(),
        3,
        true,
        TIME,
        TIME.plus(Duration.ofDays(21)));
  }

  /** Bob needs nothing at Alice's. */
  static Release release() {
    return new Release(agreement().id(), BOB.owner(), ALICE.owner(), 3, 17, TIME);
  }

  /** What a week of audits at Bob's has shown Alice. */
  static Receipt receipt() {
    return new Receipt(
        ALICE.owner(),
        BOB.owner(),
        agreement().id(),
        TIME,
        TIME.plus(Duration.ofDays(7)),
        168,
        0,
        1,
        2,
        3L << 30);
  }

  /** Bob does not show Alice a block. */
  static Claim claim() {
    try {
      SignedRecord ack = SignedRecord.parse(Golden.bytes("record-put_ack"), RecordKind.PUT_ACK);
      return new Claim(ALICE.owner(), BOB.owner(), ack, 1, TIME);
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How Bob stands with Alice. */
  static ConductNotice conductNotice() {
    var standing =
        new Standing(
            Standing.Level.SUSPECTED, Trouble.UNPROVED, Duration.ofDays(9), Duration.ofDays(12));
    return new ConductNotice(ALICE.owner(), BOB.owner(), standing, TIME);
  }

  /** What Alice's book has of Bob's conduct. */
  static ConductRow conductRow() {
    Conduct conduct = ConductRules.DEFAULT.proved(Conduct.NEW, 9);
    conduct = ConductRules.DEFAULT.audited(conduct, AuditOutcome.WRONG);
    conduct = ConductRules.DEFAULT.passed(conduct, Duration.ofDays(30), false, true);
    return new ConductRow(
        ConductRules.DEFAULT.settled(conduct, Duration.ofDays(21)),
        TIME,
        new ConductRow.Outcomes(1, 2, 3, 4, 5, 6),
        TIME.plusSeconds(60));
  }

  /** Bob as Alice's book has him while he leaves, of golden records. */
  static Partner leavingPartner() {
    try {
      SignedRecord notice = SignedRecord.parse(Golden.bytes("record-leave"), RecordKind.LEAVE);
      SignedRecord release = SignedRecord.parse(Golden.bytes("record-release"), RecordKind.RELEASE);
      return partner().withLeave(Optional.of(Leave.of(notice, true).withTheirs(release)));
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One signed record of each kind. */
  static List<SignedRecord> records() {
    return List.of(
        agreementOfBoth(),
        amendmentOfBoth(),
        laterAgreement(),
        head().record(),
        putAck().signedBy(BOB),
        HeadAck.of(head(), BOB.owner(), TIME).signedBy(BOB),
        checkpoint().signedBy(ALICE).signedBy(BOB),
        nodeRecord().record(),
        notice().signedBy(ALICE).signedBy(BOB),
        release().signedBy(BOB).signedBy(ALICE),
        receipt().signedBy(ALICE).signedBy(BOB),
        conductNotice().signedBy(ALICE),
        claim().signedBy(ALICE));
  }

  /** What Alice's node says of itself. */
  static NodeFacts facts() {
    return new NodeFacts(
        Protocol.VERSION,
        "kith 0.1",
        "Alice",
        new NodeFacts.Platform("Linux", "6.1.0-28-amd64", "amd64"),
        Schedule.ALWAYS,
        2_500_000,
        12_500_000,
        3L << 30,
        2L << 30,
        TIME.minus(Duration.ofDays(400)));
  }

  /** Alice's node as it makes itself known. */
  static NodeRecord nodeRecord() {
    var addresses = Contact.understood(List.of("192.0.2.1:5484", "[2001:db8::1]:5484"));
    var self = new LocalNode(ALICE, "kith 0.1", addresses, () -> TIME);
    try {
      return NodeRecord.sign(
          self, new NodeRecord.Announcement(addresses, facts()), 7, Duration.ofDays(3));
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Alice's node as Bob's knows it, of the golden record: signatures differ each time. */
  static KnownNode knownNode() {
    try {
      return new KnownNode(NodeRecord.parse(Golden.bytes("record-node")), BOB.owner());
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** One who declined twice. */
  static SearchRest searchRest() {
    return new SearchRest(
        SearchRest.Kind.DECLINED,
        2,
        TIME.plusSeconds(172_800),
        "this node has 20 partners: enough");
  }

  /** One who was measured three times. */
  static MeasuredSpeed measuredSpeed() {
    return new MeasuredSpeed(TIME, 50_000, 2_500_000, 3);
  }

  /** One message of each kind. */
  static List<Message> all() {
    var all = new ArrayList<Message>(requests());
    all.addAll(replies());
    return all;
  }

  static List<Request> requests() {
    return List.of(
        new Request.Hello(1, "kith 0.1", TIME, List.of("192.0.2.1:5484", "[2001:db8::1]:5484")),
        new Request.Ping(-7),
        new Request.PutOpen(SHARD, filled(40, 7), 70_000, ROOT),
        new Request.PutBlocks(SHARD, 65_552, ByteBuffer.wrap(filled(300, 8))),
        new Request.PutCommit(SHARD, ROOT),
        new Request.PutAbort(SHARD),
        new Request.Get(SHARD, 3, 16),
        new Request.ListShards(SHARD, 1000),
        new Request.HeadPut(ByteBuffer.wrap(head().toBytes())),
        new Request.HeadGet(1),
        new Request.CheckpointPropose(checkpoint().signedBy(ALICE)),
        new Request.LedgerGet(17, 100),
        new Request.InviteQuery(filled(16, 9), filled(32, 10)),
        new Request.AgreementOffer(
            filled(16, 9), filled(32, 10), agreement().signedBy(ALICE), List.of("a.example:1")),
        new Request.AgreementGet(agreement().id()),
        new Request.Meet(47, filled(16, 14), 3, filled(40, 15)),
        new Request.MailboxOpen(47, TIME),
        new Request.MailboxPost(9999, filled(16, 14), 2, filled(40, 15)),
        new Request.MailboxFetch(47),
        new Request.RecordPublish(nodeRecord().record()),
        new Request.RecordsGet(
            new RecordsQuery(Optional.of(BOB.owner()), 32, 1L << 30, 1L << 40, 2)),
        new Request.TermsQuery(1L << 30, 2L << 30),
        new Request.Propose(amendment().signedBy(BOB), List.of("bob.example:1")),
        new Request.AgreementTell(amendmentOfBoth(), List.of("bob.example:1")),
        new Request.OfferDecline(agreement().id(), 2, DeclineReason.PERSON, "no"),
        new Request.Probe(65_536),
        new Request.LeaveTell(notice().signedBy(ALICE)),
        new Request.LeaveGet(agreement().id()),
        new Request.ReleaseTell(release().signedBy(BOB)),
        new Request.RelayOpen(BOB.owner()),
        new Request.RelayCall(filled(16, 17), BOB.owner()),
        new Request.RelayJoin(filled(16, 17)),
        new Request.RelayWait(),
        new Request.ConductTell(conductNotice().signedBy(ALICE)),
        new Request.ReceiptPropose(receipt().signedBy(ALICE)),
        new Request.ReceiptsGet(
            Optional.of(BOB.owner()), Optional.of(new OwnerPair(ALICE.owner(), BOB.owner()))),
        new Request.ClaimCheck(claim().signedBy(ALICE)));
  }

  static List<Reply> replies() {
    var change = new LedgerChange(LedgerChange.Kind.PUT, SHARD, 70_000, ROOT, TIME.toEpochMilli());
    var entry = new LedgerEntry(17, change, new Digest(filled(32, 11)));
    return List.of(
        new Reply.Done(),
        new Reply.Welcome(1, "kith 0.1", TIME, List.of("192.0.2.2:5484")),
        new Reply.Pong(7),
        new Reply.PutOpened(Optional.of(putAck().signedBy(BOB))),
        new Reply.PutDone(putAck().signedBy(BOB)),
        new Reply.Blocks(ByteBuffer.wrap(filled(500, 12))),
        new Reply.Shards(List.of(new Reply.Listed(SHARD, filled(40, 7), 70_000, ROOT, 41)), true),
        new Reply.HeadDone(HeadAck.of(head(), BOB.owner(), TIME).signedBy(BOB)),
        new Reply.HeadFound(3, ByteBuffer.wrap(head().toBytes())),
        new Reply.Checkpointed(checkpoint().signedBy(ALICE).signedBy(BOB)),
        new Reply.LedgerPart(1, 18, ROOT, ByteBuffer.wrap(entry.toBytes())),
        new Reply.Invited(
            agreement().acceptor(), 1L << 40, AgreementTerms.friends(), Optional.empty()),
        new Reply.Agreed(agreementOfBoth(), List.of("192.0.2.2:5484")),
        new Reply.Failure(FailureKind.BUSY, "ask again later", Duration.ofSeconds(5)),
        new Reply.Met(filled(40, 16)),
        new Reply.MailboxFound(List.of(new Reply.Letter(filled(16, 14), 3, filled(40, 15)))),
        new Reply.Records(List.of(nodeRecord().toBytes()), true),
        new Reply.TermsTold(agreement().acceptor(), 1L << 20, AgreementTerms.strangers()),
        new Reply.OfferCountered(AgreementDraft.of(amendment()), "rather so"),
        new Reply.OfferHeld("a person decides"),
        new Reply.OfferDeclined(DeclineReason.SCHEDULE, "no common hour"),
        new Reply.Probed(ByteBuffer.wrap(filled(300, 17))),
        new Reply.LeaveState(
            Optional.of(notice().signedBy(ALICE)),
            Optional.of(release().signedBy(BOB).signedBy(ALICE)),
            Optional.empty()),
        new Reply.RelayOpened(filled(16, 17)),
        new Reply.RelayJoined(),
        new Reply.ReceiptSigned(receipt().signedBy(ALICE).signedBy(BOB)),
        new Reply.Receipts(
            List.of(receipt().signedBy(ALICE).signedBy(BOB).toBytes()),
            List.of(claim().signedBy(ALICE).toBytes()),
            true),
        new Reply.ClaimAnswer(
            List.of(ROOT, new Digest(filled(32, 18))),
            Optional.of(release().signedBy(BOB).signedBy(ALICE)),
            ByteBuffer.wrap(filled(4480, 19))));
  }
}
