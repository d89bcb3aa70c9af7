package kith.peer;

import kith.codec.FixedBytes;

/** Names an agreement: both sides derive it from the invitation that it came from. */
public final class AgreementId extends FixedBytes {
  /** Length in bytes. */
  public static final int SIZE = 16;

  public AgreementId(byte[] bytes) {
    super(bytes, SIZE);
  }
}
