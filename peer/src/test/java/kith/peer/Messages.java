package kith.peer;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kith.codec.CodeParameters;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;
import kith.codec.PackId;
import kith.codec.ShardName;
import kith.index.LedgerPosition;
import kith.peer.choice.Schedule;
import kith.peer.conduct.AuditOutcome;
import kith.peer.conduct.Conduct;
import kith.peer.conduct.ConductRules;
import kith.peer.conduct.CourtesyBudget;
import kith.peer.conduct.EstateTerm;
import kith.peer.conduct.RepairBudget;
import kith.peer.conduct.RestoreWindows;
import kith.peer.conduct.Standing;
import kith.peer.conduct.Trouble;

/** What messages and records are made of, for tests that go through all. */
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
        TIME.plusSeconds(60),
        TIME.minusSeconds(60),
        new ConductRow.Told(Standing.Level.SUSPECTED, TIME.plusSeconds(30)));
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

  static Request.Get get(ReadPurpose purpose) {
    return new Request.Get(SHARD, 3, 16, purpose);
  }

  /** Alice restores from Bob. */
  static RestoreDeclaration declaration() {
    return new RestoreDeclaration(
        ALICE.owner(), BOB.owner(), new RestoreId(filled(RestoreId.SIZE, 18)), TIME);
  }

  /** What Alice has read at Bob's. */
  static ReadAccount readAccount() {
    var lost = new RepairBudget.Lost(BOB.owner(), TIME.toEpochMilli(), 1L << 33);
    return new ReadAccount(
        new CourtesyBudget(1L << 25, TIME.toEpochMilli()),
        new RepairBudget(List.of(lost)),
        1L << 34,
        1L << 33,
        1L << 40);
  }

  /** Alice's restores at Bob's, of the golden record. */
  static RestoreLine restoreLine() {
    try {
      SignedRecord record =
          SignedRecord.parse(
              Golden.bytes("record-restore_declaration"), RecordKind.RESTORE_DECLARATION);
      long at = TIME.toEpochMilli();
      return RestoreLine.NONE.with(
          RestoreWindows.NEW.declare(at, 4).windows(),
          new RestoreLine.Accepted(at, RestoreDeclaration.of(record), record));
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Alice has ended it, and Bob has not heard of that. */
  static LastWords.Word lastWord() {
    Partner left = leavingPartner();
    return new LastWords.Word(left.agreement().id(), left.id(), left.leave().orElseThrow(), TIME);
  }

  /** Alice was silent for 22 days, as Bob sees it. */
  static EstateLine estateLine() {
    var term =
        new EstateTerm(
            EstateTerm.Phase.ESTATE,
            EstateTerm.Cause.SILENT,
            Duration.ofDays(22),
            Duration.ofDays(179),
            TIME);
    return new EstateLine(term, agreement().id(), TIME.minus(Duration.ofDays(100)));
  }

  /** Alice audits Bob. */
  static AuditRound auditRound() {
    var ledger = new LedgerPosition(1, 42, new Digest(filled(32, 5)));
    var ids = List.of(ALICE.owner(), BOB.owner());
    var asked =
        new AuditRound.Asked(
            AuditRound.commitment(ids, ledger, TIME, new AuditNonce(filled(32, 18))),
            ledger,
            TIME,
            AuditMethod.HMAC,
            2);
    var part = new AuditNonce(filled(32, 19));
    return new AuditRound(ALICE.owner(), BOB.owner(), asked, part, TIME.plusSeconds(1));
  }

  /** What Alice remembers of Bob's audits, one of which is due. */
  static AuditRow auditRow() {
    try {
      var round = SignedRecord.parse(Golden.bytes("record-audit_round"), RecordKind.AUDIT_ROUND);
      return AuditRow.EMPTY
          .withUsed(new AuditAllowance(TIME, 7, 0, 0), TIME.plusSeconds(9))
          .proved(3, TIME.minusSeconds(60), TIME.plusSeconds(1))
          .with(kith.peer.conduct.AuditOutcome.PROVED)
          .with(kith.peer.conduct.AuditOutcome.OFFLINE)
          .withOpen(Optional.of(new AuditRow.Open(round, new AuditNonce(filled(32, 18)))));
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What Alice has used up of her audits at Bob's. */
  static AuditAllowance auditAllowance() {
    return new AuditAllowance(TIME, 24, 30, 5 * 65_552);
  }

  /** What remains of Alice's at Bob. */
  static KeepSet keepSet() {
    var ledger = new LedgerPosition(1, 42, new Digest(filled(32, 18)));
    var remaining = new KeepSet.Remaining(40, new Digest(filled(32, 19)));
    return new KeepSet(
        ALICE.owner(), BOB.owner(), ALICE.credential().epoch(), ledger, remaining, TIME);
  }

  /** Why Bob does not show a block: Alice has dropped the shard. */
  static Reply.ClaimAnswer dropAnswer() {
    List<Digest> path = List.of(ROOT, new Digest(filled(32, 18)));
    var beside = List.of(new DropProof.Neighbour(SHARD, path));
    var dropped = new DropProof(keepSet().signedBy(ALICE), 40, beside);
    return new Reply.ClaimAnswer(
        List.of(), Optional.empty(), Optional.of(dropped), ByteBuffer.allocate(0));
  }

  /** Alice is gone for good. */
  static OwnerRecord farewell() {
    return Farewell.sign(TestNode.keyOf("alice"), true, TIME);
  }

  /** The golden one, by a person with the owner key: those signatures are always the same. */
  static OwnerRecord override() {
    try {
      SignedRecord record =
          SignedRecord.parse(Golden.bytes("record-keep_set"), RecordKind.KEEP_SET);
      return OwnerRecord.override(TestNode.keyOf("alice"), record);
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
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

  static TakeoverWord takeoverWord() {
    return TakeoverWord.about(ALICE.credential(), true, TIME);
  }

  /** What Bob knows of Alice's machines. */
  static TakeoverLine takeoverLine() {
    try {
      SignedRecord word = SignedRecord.parse(Golden.bytes("record-takeover"), RecordKind.TAKEOVER);
      return new TakeoverLine(
          ALICE.credential(),
          List.of(new TakeoverLine.Waiting(ALICE.credential(), 1234)),
          List.of(filled(Digest.SIZE, 31), ALICE.credential().nodeKey()),
          Optional.of(word));
    } catch (CorruptDataException e) {
      throw new IllegalStateException(e);
    }
  }

  static LossNotice lossNotice() {
    return new LossNotice(BOB.owner(), ALICE.owner(), BOB.credential().epoch(), TIME);
  }

  static TakeoverState takeoverState() {
    return new TakeoverState(
        agreementOfBoth(),
        TakeoverState.Standing.ANNOUNCED,
        Duration.ofHours(70),
        Optional.of(ALICE.credential()),
        List.of(new TakeoverState.Announced(ALICE.credential(), Duration.ofHours(70))));
  }

  static List<Request> takingOver() {
    return List.of(
        new TakeoverRequest.TakeoverGet(),
        new TakeoverRequest.TakeoverTell(takeoverWord().signedBy(ALICE), Optional.empty()),
        new TakeoverRequest.LossTell(lossNotice().signedBy(BOB)));
  }

  static List<Request> dropping() {
    return List.of(
        new KeepSetRequest.KeepSetTell(
            keepSet().signedBy(ALICE), Optional.of(override()), ByteBuffer.wrap(SHARD.toBytes())),
        new KeepSetRequest.KeepSetGet(),
        new KeepSetRequest.FarewellTell(farewell()));
  }
}
