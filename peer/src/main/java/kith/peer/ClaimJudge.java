package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.MerkleTree;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into claims: asks the holder itself for the block that it is said not to have. Only what
 * this node has found so counts. A holder that cannot be reached is asked again, on other days,
 * before that counts against it. For one thread.
 */
final class ClaimJudge {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimJudge.class);

  /** So often a holder is asked that is not there. */
  static final int ATTEMPTS = 3;

  /** Between two of them. */
  static final Duration BETWEEN = Duration.ofDays(1);

  private final LocalNode self;
  private final ReceiptBook receipts;
  private final Asking asking;
  private final Contacts contacts;

  /** The way to a node. */
  interface Asking {
    Reply ask(Contact holder, Request request) throws KithException;
  }

  /**
   * @param contacts where holders are, partners or not
   */
  ClaimJudge(LocalNode self, ReceiptBook receipts, Asking asking, Contacts contacts) {
    this.self = self;
    this.receipts = receipts;
    this.asking = asking;
    this.contacts = contacts;
  }

  /** Looks into one claim whose time has come; returns how many that were. */
  int tick() throws IOException {
    Optional<ReceiptBook.Accused> due = receipts.due();
    if (due.isEmpty()) {
      return 0;
    }
    ReceiptBook.Accused accused = due.get();
    Instant next = self.now().plus(BETWEEN);
    Optional<ReceiptBook.Finding> found = finding(accused);
    boolean last = accused.attempts() + 1 >= ATTEMPTS;
    ReceiptBook.Finding finding =
        found.orElse(last ? ReceiptBook.Finding.CONFIRMED : ReceiptBook.Finding.OPEN);
    receipts.found(accused, finding, next);
    if (finding == ReceiptBook.Finding.CONFIRMED) {
      LOG.info("{} does not show what it has signed for", accused.claim().holder().brief());
    }
    return 1;
  }

  /** Empty if the holder was not reached. */
  private Optional<ReceiptBook.Finding> finding(ReceiptBook.Accused accused) {
    Claim claim = accused.claim();
    OwnerId holder = claim.holder();
    if (holder.equals(self.identity().owner()) || claim.owner().equals(self.identity().owner())) {
      // Of ourselves we know; and what we claim ourselves was seen before it was claimed.
      boolean own = claim.owner().equals(self.identity().owner());
      return Optional.of(own ? ReceiptBook.Finding.CONFIRMED : ReceiptBook.Finding.REFUTED);
    }
    Optional<Contact> contact = contacts.contact(holder);
    if (contact.isEmpty()) {
      return Optional.empty();
    }
    try {
      Reply reply = asking.ask(contact.get(), new ConductRequest.ClaimCheck(accused.record()));
      return judge(claim, reply);
    } catch (KithException e) {
      LOG.debug("{} cannot be asked about a claim: {}", holder.brief(), e.getMessage());
      return Optional.empty();
    }
  }

  private static Optional<ReceiptBook.Finding> judge(Claim claim, Reply reply)
      throws KithException {
    if (reply instanceof Reply.Failure failure) {
      boolean later =
          failure.reason() == FailureKind.BUSY
              || failure.reason() == FailureKind.SICK
              || failure.reason() == FailureKind.NOT_YET
              || failure.reason() == FailureKind.UNKNOWN_REQUEST;
      return later ? Optional.empty() : Optional.of(ReceiptBook.Finding.CONFIRMED);
    }
    boolean shows = reply instanceof Reply.ClaimAnswer answer && isShown(claim, answer);
    return Optional.of(shows ? ReceiptBook.Finding.REFUTED : ReceiptBook.Finding.CONFIRMED);
  }

  /** Whether it is the block of what was acknowledged, or need not be there any more. */
  static boolean isShown(Claim claim, Reply.ClaimAnswer answer) throws CorruptDataException {
    PutAck put = claim.put();
    if (answer.freed().isPresent()) {
      Release release = Release.of(answer.freed().get());
      return release.owner().equals(claim.owner())
          && release.holder().equals(claim.holder())
          && !release.time().isBefore(put.time());
    }
    if (answer.dropped().isPresent()) {
      return answer.dropped().get().holds(put);
    }
    byte[] block = new byte[answer.payload().remaining()];
    answer.payload().duplicate().get(block);
    var proof = new MerkleTree.Proof(claim.blocks(), claim.block(), block, answer.path());
    return MerkleTree.verify(put.merkleRoot(), proof);
  }
}
