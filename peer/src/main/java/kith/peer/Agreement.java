package kith.peer;

import java.time.Instant;
import java.util.Optional;
import kith.codec.CorruptDataException;
import kith.codec.Digest;
import kith.codec.OwnerId;

/**
 * What two partners owe each other. It holds once both have signed it; amendments carry a higher
 * generation. Written in the lowest version that says it all: 2 if it was offered until a date.
 *
 * @param generation 1 for the first, one more for each amendment
 * @param proposer whoever wrote it
 * @param acceptor whoever countersigned it
 * @param made when it was proposed, by the proposer's clock
 * @param protocol that both speak
 * @param until when the proposer stands by it while the other has not signed; from version 2
 * @param amends what it replaces; from version 2
 */
public record Agreement(
    AgreementId id,
    long generation,
    AgreementSide proposer,
    AgreementSide acceptor,
    AgreementTerms terms,
    Instant made,
    int protocol,
    Optional<Instant> until,
    Optional<Amended> amends) {
  private static final int VERSION_1 = 1;
  private static final int VERSION_2 = 2;

  /**
   * What an amendment replaces.
   *
   * @param body hash of the body of the agreement before
   * @param since when the first generation was made: the commitment counts from there
   */
  public record Amended(Digest body, Instant since) {}

  /** A first agreement as an invitation leads to it. */
  public Agreement(
      AgreementId id,
      long generation,
      AgreementSide proposer,
      AgreementSide acceptor,
      AgreementTerms terms,
      Instant made) {
    this(
        id,
        generation,
        proposer,
        acceptor,
        terms,
        made,
        Protocol.VERSION,
        Optional.empty(),
        Optional.empty());
  }

  SignedRecord signedBy(NodeIdentity node) {
    var body =
        new FieldWriter()
            .bytes("id", id)
            .number("generation", generation)
            .map("proposer", proposer, (out, side) -> side.write(out))
            .map("acceptor", acceptor, (out, side) -> side.write(out))
            .map("terms", terms, (out, both) -> both.write(out))
            .number("made", made.toEpochMilli())
            .number("protocol", protocol);
    until.ifPresent(date -> body.number("until", date.toEpochMilli()));
    amends.ifPresent(
        before ->
            body.bytes("amends", before.body()).number("since", before.since().toEpochMilli()));
    int version = until.isPresent() ? VERSION_2 : VERSION_1;
    return SignedRecord.unsigned(RecordKind.AGREEMENT, version, body.toBytes()).signedBy(node);
  }

  /** What an amendment of this agreement says of it, whose record is {@code record}. */
  Amended amended(SignedRecord record) {
    return new Amended(Hash.of(record.body()), since());
  }

  /** When the two became partners. */
  public Instant since() {
    return amends.map(Amended::since).orElse(made);
  }

  /**
   * Reads an agreement; the caller checks who has signed.
   *
   * @throws CorruptDataException if it is damaged or contradicts itself
   */
  static Agreement of(SignedRecord record) throws CorruptDataException {
    Fields fields = record.fields();
    var agreement =
        new Agreement(
            new AgreementId(fields.exactly("id", AgreementId.SIZE)),
            fields.number("generation", 1, Long.MAX_VALUE),
            AgreementSide.read(fields.map("proposer")),
            AgreementSide.read(fields.map("acceptor")),
            AgreementTerms.read(fields.map("terms")),
            Instant.ofEpochMilli(fields.count("made")),
            fields.integer("protocol", 1, 0xffff),
            record.version() < VERSION_2
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(fields.count("until"))),
            record.version() < VERSION_2 || !fields.has("amends")
                ? Optional.empty()
                : Optional.of(
                    new Amended(
                        fields.digest("amends"), Instant.ofEpochMilli(fields.count("since")))));
    agreement.checkSense();
    return agreement;
  }

  private void checkSense() throws CorruptDataException {
    if (proposer.owner().equals(acceptor.owner())) {
      throw new CorruptDataException("an agreement of an owner with himself");
    }
    if (until.isPresent() && !until.get().isAfter(made)) {
      throw new CorruptDataException("an agreement that expires before it is made");
    }
    if (until.isPresent() && amends.isPresent() != generation > 1) {
      throw new CorruptDataException(
          "an agreement of generation "
              + generation
              + (amends.isPresent() ? " that" : " that does not")
              + " replace another");
    }
  }

  /**
   * Reads an agreement that both have signed.
   *
   * @throws CorruptDataException if it is damaged, or a signature is missing or false
   */
  public static Agreement ofBoth(SignedRecord record) throws CorruptDataException {
    Agreement agreement = of(record);
    record.requireSigners(agreement.proposer.owner(), agreement.acceptor.owner());
    return agreement;
  }

  /** Whether {@code owner} is one of the two. */
  boolean isWith(OwnerId owner) {
    return proposer.owner().equals(owner) || acceptor.owner().equals(owner);
  }

  /** The side of {@code owner}, who is one of the two. */
  public AgreementSide sideOf(OwnerId owner) {
    if (proposer.owner().equals(owner)) {
      return proposer;
    }
    if (acceptor.owner().equals(owner)) {
      return acceptor;
    }
    throw new IllegalArgumentException("the agreement is not with " + owner);
  }

  /** The side that is not {@code owner}'s. */
  public AgreementSide otherThan(OwnerId owner) {
    return sideOf(owner).equals(proposer) ? acceptor : proposer;
  }

  /** When restores begin to be served: at once when the commitment is waived. */
  public Instant restoresFrom() {
    return since().plus(terms.commitmentDue());
  }
}
