package kith.peer;

/** What a policy says to an offer. */
public sealed interface Decision {
  /** Sign it. */
  record Accept() implements Decision {}

  /** Rather this, which the other may propose. */
  record Counter(AgreementDraft draft, String message) implements Decision {}

  /** Ask the owner. */
  record Hold(String message) implements Decision {}

  /** No. */
  record Decline(DeclineReason reason, String message) implements Decision {}
}
