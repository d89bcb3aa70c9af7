package kith.fs.node;

import java.util.Arrays;

/** How a command ends: a documented interface (docs/operations.md). The wire sends the names. */
public enum ExitCode {
  OK(0, "it worked"),
  ERROR(1, "it failed; the message says why"),
  USAGE(2, "the command line is wrong"),
  PARTIAL(3, "a part of it worked; the message lists what did not"),
  NOT_INITIALISED(10, "the home has no identity yet: kith init"),
  IN_USE(11, "another node holds this home"),
  WRONG_KEY(12, "the passphrase, key file or kit does not open this"),
  NOT_PERMITTED(13, "refused, here or by a partner"),
  NOT_ENOUGH_PARTNERS(14, "too few partners can be reached"),
  NO_SPACE_HERE(15, "this machine's disk or cache is full"),
  NO_SPACE_AT_PARTNERS(16, "the partners' space is used up"),
  NOT_YET_SAFE(17, "kith wait or repair timed out before everything was safe"),
  PAUSED(18, "the node is paused: kith resume"),
  AUDIT_FAILED(19, "an audit showed that a partner has lost something");

  private final int number;
  private final String meaning;

  ExitCode(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** What the process returns. */
  public int number() {
    return number;
  }

  /** The one with that number; {@link #ERROR} for any other. */
  public static ExitCode of(int number) {
    return Arrays.stream(values()).filter(code -> code.number == number).findFirst().orElse(ERROR);
  }

  /** One clause for the documents and {@code kith help}. */
  public String meaning() {
    return meaning;
  }
}
