package kith.peer;

import kith.codec.CorruptDataException;
import kith.codec.OwnerId;

/** An agreement that nobody has signed: what the two negotiate about. */
public record AgreementDraft(AgreementSide proposer, AgreementSide acceptor, AgreementTerms terms) {
  static AgreementDraft of(Agreement agreement) {
    return new AgreementDraft(agreement.proposer(), agreement.acceptor(), agreement.terms());
  }

  /** The side of {@code owner}, who is one of the two. */
  public AgreementSide sideOf(OwnerId owner) {
    return proposer.owner().equals(owner) ? proposer : acceptor;
  }

  /** The side that is not {@code owner}'s. */
  public AgreementSide otherThan(OwnerId owner) {
    return proposer.owner().equals(owner) ? acceptor : proposer;
  }

  /** The same with the sides replaced by these, whose owners are the same two. */
  AgreementDraft with(AgreementSide one, AgreementSide other, AgreementTerms newTerms) {
    return proposer.owner().equals(one.owner())
        ? new AgreementDraft(one, other, newTerms)
        : new AgreementDraft(other, one, newTerms);
  }

  void write(FieldWriter out) {
    out.map("proposer", proposer, (to, side) -> side.write(to))
        .map("acceptor", acceptor, (to, side) -> side.write(to))
        .map("terms", terms, (to, both) -> both.write(to));
  }

  static AgreementDraft read(Fields in) throws CorruptDataException {
    return new AgreementDraft(
        AgreementSide.read(in.map("proposer")),
        AgreementSide.read(in.map("acceptor")),
        AgreementTerms.read(in.map("terms")));
  }
}
