package kith.peer;

import static kith.peer.Messages.ALICE;
import static kith.peer.Messages.BOB;
import static kith.peer.Messages.ROOT;
import static kith.peer.Messages.SHARD;
import static kith.peer.Messages.TIME;
import static kith.peer.Messages.agreement;
import static kith.peer.Messages.agreementOfBoth;
import static kith.peer.Messages.amendment;
import static kith.peer.Messages.amendmentOfBoth;
import static kith.peer.Messages.auditRound;
import static kith.peer.Messages.checkpoint;
import static kith.peer.Messages.claim;
import static kith.peer.Messages.conductNotice;
import static kith.peer.Messages.declaration;
import static kith.peer.Messages.dropping;
import static kith.peer.Messages.filled;
import static kith.peer.Messages.head;
import static kith.peer.Messages.keepSet;
import static kith.peer.Messages.laterAgreement;
import static kith.peer.Messages.nodeRecord;
import static kith.peer.Messages.notice;
import static kith.peer.Messages.putAck;
import static kith.peer.Messages.receipt;
import static kith.peer.Messages.release;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.codec.Digest;
import kith.index.LedgerChange;
import kith.index.LedgerEntry;
import kith.peer.conduct.EstateTerm;

/** One of each kind, for tests that go through all. */
final class EveryMessage {
  private EveryMessage() {}

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
        claim().signedBy(ALICE),
        auditRound().signedBy(BOB),
        declaration().signedBy(ALICE),
        keepSet().signedBy(ALICE),
        Messages.takeoverWord().signedBy(ALICE),
        Messages.lossNotice().signedBy(BOB));
  }

  /** One message of each kind. */
  static List<Message> all() {
    var all = new ArrayList<Message>(requests());
    all.addAll(replies());
    return all;
  }

  static List<Request> requests() {
    List<Request> all = new ArrayList<>();
    all.addAll(requestsAboutShards());
    all.addAll(requestsAboutAgreements());
    all.addAll(requestsAboutKeeping());
    all.addAll(dropping());
    all.addAll(Messages.takingOver());
    return all;
  }

  private static List<Request> requestsAboutShards() {
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
        new Request.LedgerGet(17, 100));
  }

  private static List<Request> requestsAboutAgreements() {
    return List.of(
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
        new Request.ReleaseTell(release().signedBy(BOB)));
  }

  private static List<Request> requestsAboutKeeping() {
    return List.of(
        new Request.RelayOpen(BOB.owner()),
        new Request.RelayCall(filled(16, 17), BOB.owner()),
        new Request.RelayJoin(filled(16, 17)),
        new Request.RelayWait(),
        new ConductRequest.ConductTell(conductNotice().signedBy(ALICE)),
        new ConductRequest.ReceiptPropose(receipt().signedBy(ALICE)),
        new ConductRequest.ReceiptsGet(
            Optional.of(BOB.owner()), Optional.of(new OwnerPair(ALICE.owner(), BOB.owner()))),
        new ConductRequest.ClaimCheck(claim().signedBy(ALICE)),
        new Request.AuditOpen(auditRound().asked()),
        new Request.AuditReveal(
            auditRound().signedBy(BOB),
            new AuditNonce(filled(32, 18)),
            AuditMethod.HMAC,
            filled(32, 20)),
        new Request.RestoreDeclare(Optional.of(declaration().signedBy(ALICE))));
  }

  static List<Reply> replies() {
    List<Reply> all = new ArrayList<>();
    all.addAll(repliesAboutShards());
    all.addAll(repliesAboutAgreements());
    all.addAll(repliesAboutKeeping());
    return all;
  }

  private static List<Reply> repliesAboutShards() {
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
        new Reply.LedgerPart(1, 18, ROOT, ByteBuffer.wrap(entry.toBytes())));
  }

  private static List<Reply> repliesAboutAgreements() {
    return List.of(
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
            Optional.empty()));
  }

  private static List<Reply> repliesAboutKeeping() {
    return List.of(
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
            Optional.empty(),
            ByteBuffer.wrap(filled(4480, 19))),
        Messages.dropAnswer(),
        new Reply.AuditOpened(auditRound().signedBy(BOB), List.of(SHARD)),
        new Reply.AuditProof(List.of(), ByteBuffer.wrap(filled(64, 21))),
        new Reply.RestoreState(
            TIME.plus(Duration.ofDays(7)),
            3,
            List.of(declaration().signedBy(ALICE)),
            new Reply.Estate(
                EstateTerm.Phase.ESTATE, EstateTerm.Cause.SILENT, Duration.ofDays(179), TIME)),
        new Reply.KeepSetTold(new KeepSetState(2, 1L << 40, 1L << 30, 12_345, 86_400_000)),
        new Reply.TakeoverTold(Messages.takeoverState()));
  }
}
