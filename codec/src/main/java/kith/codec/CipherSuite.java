package kith.codec;

/**
 * Which ciphers a pack is made with, by the byte that stands in it. Numbers 129 to 131 are kept for
 * DES, RC4 and RSA, which the published systems name and which are broken or slow, and 132 for a
 * single encryption after the erasure code; they are not built.
 */
public enum CipherSuite {
  /** AES-256-GCM, keys and names by HMAC-SHA256 and HKDF-SHA256. */
  AES_256_GCM_SHA_256(1);

  private final int id;

  CipherSuite(int id) {
    this.id = id;
  }

  /** The byte in stored formats. */
  public int id() {
    return id;
  }

  /**
   * @throws CorruptDataException if this version cannot read that suite
   */
  public static CipherSuite of(int id) throws CorruptDataException {
    for (CipherSuite suite : values()) {
      if (suite.id == id) {
        return suite;
      }
    }
    throw new CorruptDataException("cipher suite " + id + " is unknown to this version");
  }
}
