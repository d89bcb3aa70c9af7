package kith.peer;

import kith.peer.choice.Criterion;
import kith.peer.choice.Judgement;

/** What a policy says to an offer. */
public sealed interface Decision {
  /** Sign it. */
  record Accept() implements Decision {}

  /** Rather this, which the other may propose. */
  record Counter(AgreementDraft draft, String message) implements Decision {}

  /** Ask the owner. */
  record Hold(String message) implements Decision {}

  /** No. */
  record Decline(DeclineReason reason, String message) implements Decision {
    /** For what the search would not ask the other, either. */
    static Decline by(Judgement against) {
      return new Decline(
          DeclineReason.of(against.criterion()),
          against.criterion() == Criterion.NETWORK
              ? "this node or a partner of its is in the household or network of " + against.value()
              : "by the criterion '"
                  + against.criterion().word()
                  + "' of this node: "
                  + against.value()
                  + ", "
                  + against.reason());
    }
  }
}
