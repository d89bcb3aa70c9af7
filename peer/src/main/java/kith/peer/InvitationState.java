package kith.peer;

/** How an invitation stands with its inviter. */
public enum InvitationState {
  /** It waits to be accepted. */
  OPEN,
  /** An agreement was made by it. */
  USED,
  /** Its time is over. */
  EXPIRED,
  /** Wrong words were shown too often: it will never be accepted. */
  VOID
}
