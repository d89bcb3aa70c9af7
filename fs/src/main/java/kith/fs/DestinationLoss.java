package kith.fs;

/** What a restored file may lack because of the place that it is restored to. */
public enum DestinationLoss {
  OWNER("owner or group: only root may give files away"),
  MODE("permissions"),
  TIME("time of the last change"),
  ACL("access control lists"),
  XATTR("extended attributes"),
  LINK("hard links: the names are files of their own");

  private final String meaning;

  DestinationLoss(String meaning) {
    this.meaning = meaning;
  }

  /** A clause for people. */
  public String meaning() {
    return meaning;
  }
}
