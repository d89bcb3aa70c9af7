package kith.fs.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import kith.codec.CorruptDataException;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;

/**
 * The file home/broker.key: a root secret of the broker's own, by which nodes know it again. Its
 * TLS key and credential are made anew at each start. Format: docs/formats/identity.md.
 */
final class BrokerKey {
  /** Name in the home. */
  static final String NAME = "broker.key";

  private static final byte VERSION = 1;
  private static final int SECRET = 32;

  private BrokerKey() {}

  /**
   * Reads the key; makes it where there is none.
   *
   * @throws CorruptDataException if the file is no key of this version
   */
  static OwnerKey open(Path home, SecureRandom random) throws IOException, CorruptDataException {
    Path file = home.resolve(NAME);
    if (!Files.exists(file)) {
      byte[] fresh = new byte[1 + SECRET];
      random.nextBytes(fresh);
      fresh[0] = VERSION;
      PrivateFiles.replace(file, fresh);
    }
    byte[] bytes = Files.readAllBytes(file);
    if (bytes.length != 1 + SECRET || bytes[0] != VERSION) {
      throw new CorruptDataException(
          file + " is no broker's key: put it back from a copy, or remove it to begin anew");
    }
    try (RootSecret secret = RootSecret.of(Arrays.copyOfRange(bytes, 1, bytes.length))) {
      return OwnerKey.derive(secret);
    }
  }
}
