package kith.fs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** The names that extended attributes may have: those that Linux's own filesystems take. */
final class XattrNames {
  private static final byte[] CAPABILITY = "security.capability".getBytes(US_ASCII);
  private static final byte[][] NAMESPACES = {
    "user.".getBytes(US_ASCII), "trusted.".getBytes(US_ASCII), "security.".getBytes(US_ASCII)
  };

  private XattrNames() {}

  /** What a program may do beyond those who run it. */
  static byte[] capability() {
    return CAPABILITY.clone();
  }

  /**
   * @throws DriveException NOT_SUPPORTED for another namespace, INVALID for a namespace alone
   */
  static void requireSupported(byte[] name) throws DriveException {
    if (AccessList.isAccess(name) || AccessList.isDefault(name)) {
      return;
    }
    for (byte[] namespace : NAMESPACES) {
      int length = namespace.length;
      if (name.length >= length && Arrays.equals(name, 0, length, namespace, 0, length)) {
        if (name.length == length) {
          throw new DriveException(DriveException.Reason.INVALID, "a namespace without a name");
        }
        return;
      }
    }
    throw new DriveException(
        DriveException.Reason.NOT_SUPPORTED, "attribute " + new String(name, US_ASCII));
  }
}
