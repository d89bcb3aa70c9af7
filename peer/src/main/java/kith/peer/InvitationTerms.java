package kith.peer;

/**
 * What an invitation offers.
 *
 * @param name as the inviter wants to be called
 * @param offered bytes that the inviter will keep
 * @param wanted bytes that he wants kept
 */
public record InvitationTerms(String name, long offered, long wanted, AgreementTerms terms) {
  public InvitationTerms {
    if (offered < 0 || offered > AgreementSide.MAX_SPACE) {
      throw new IllegalArgumentException("nobody can offer " + offered + " bytes");
    }
    if (wanted < 0 || wanted > AgreementSide.MAX_SPACE || offered + wanted == 0) {
      throw new IllegalArgumentException("nobody can want " + wanted + " bytes");
    }
    if (name.length() > AgreementSide.MAX_NAME) {
      throw new IllegalArgumentException("a name has at most 64 characters");
    }
  }

  /** The same space each way, as friends. */
  public static InvitationTerms friends(String name, long space) {
    return new InvitationTerms(name, space, space, AgreementTerms.friends());
  }
}
