package kith.peer;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.NotYetException;
import kith.codec.OwnerId;
import kith.index.Rows;
import kith.peer.conduct.RestoreWindows;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The restores that owners have declared at this holder: a few a year, durable before they hold,
 * announced here and to the owner's node. Bounded. Safe for any number of threads.
 */
final class RestoreBook {
  private static final Logger LOG = LoggerFactory.getLogger(RestoreBook.class);

  /** So many owners at most. */
  static final int MOST = 1024;

  private static final OwnerRows.Form<RestoreLine> FORM =
      new OwnerRows.Form<>(RestoreLine::toRow, RestoreLine::ofRow, RestoreLine.OLDEST);

  private final LocalNode self;
  private final Rows rows;
  private final OwnerRows<RestoreLine> lines;

  /** Reads the rows; damaged ones are forgotten. */
  RestoreBook(LocalNode self, Rows rows) throws IOException {
    this.self = self;
    this.rows = rows;
    this.lines = new OwnerRows<>(rows, "restores", FORM, MOST);
  }

  /**
   * A restore is declared; durable on return. The same again changes nothing.
   *
   * @param by whoever is at the other end of the link
   * @throws NotYetException if there were as many as were agreed
   * @throws NotPermittedException if it is another's, old, or of another node than {@code by}
   */
  synchronized void declare(Partner partner, SignedRecord record, Credential by)
      throws IOException, KithException {
    RestoreDeclaration declaration = checked(partner, record, by);
    long now = self.clock().millis();
    RestoreLine line = line(partner.id());
    if (line.find(declaration.id()).isPresent()) {
      if (line.isOpen(declaration.id(), now)) {
        return;
      }
      throw new NotPermittedException("this restore was declared before, and is over");
    }
    int perYear = partner.agreement().terms().restoresPerYear();
    RestoreWindows.Declared declared = line.windows().declare(now, perYear);
    if (declared.waitMillis() > 0) {
      throw new NotYetException(
          perYear + " restores a year are agreed, and as many were declared",
          Duration.ofMillis(declared.waitMillis()));
    }
    long begun = declared.windows().open(now).orElseThrow().begun();
    var accepted = new RestoreLine.Accepted(Math.max(now, begun), declaration, record);
    lines.put(partner.id(), line.with(declared.windows(), accepted));
    rows.sync();
    LOG.info("restore-declared: {} reads back what is kept for it here", by);
  }

  private RestoreDeclaration checked(Partner partner, SignedRecord record, Credential by)
      throws KithException {
    RestoreDeclaration declaration = RestoreDeclaration.of(record);
    if (!declaration.owner().equals(partner.id())
        || !declaration.holder().equals(self.identity().owner())) {
      throw new NotPermittedException("a restore of another owner, or from another holder");
    }
    if (!RestoreDeclaration.signer(record).isSameAs(by)) {
      throw new NotPermittedException("a restore that another node has declared");
    }
    Duration off = Duration.between(declaration.time(), self.now()).abs();
    if (off.compareTo(Credential.CLOCK_SLACK) > 0) {
      throw new NotPermittedException(
          "a restore declared at " + declaration.time() + ": check the clocks");
    }
    if (record.toBytes().length > RestoreLine.MAX_BYTES) {
      throw new NotPermittedException("a declaration that is too long");
    }
    return declaration;
  }

  private RestoreLine line(OwnerId owner) {
    return lines.find(owner).orElse(RestoreLine.NONE);
  }

  /** Whether an owner may read everything back by this declaration now. */
  synchronized boolean isOpen(OwnerId owner, RestoreId id) {
    return line(owner).isOpen(id, self.clock().millis());
  }

  /** When the owner's declared restore ends; empty if none is under way. */
  synchronized Optional<Instant> until(OwnerId owner) {
    return line(owner)
        .windows()
        .open(self.clock().millis())
        .map(window -> Instant.ofEpochMilli(window.until()));
  }

  /** How many restores an owner may declare yet. */
  synchronized int left(Partner partner) {
    int perYear = partner.agreement().terms().restoresPerYear();
    return line(partner.id()).windows().left(self.clock().millis(), perYear);
  }

  /** What was declared lately, oldest first. */
  synchronized List<SignedRecord> declared(OwnerId owner) {
    return line(owner).accepted().stream().map(RestoreLine.Accepted::record).toList();
  }
}
