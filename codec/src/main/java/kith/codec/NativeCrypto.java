package kith.codec;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Security;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ciphers, digests and signatures by AWS-LC, through Amazon's Corretto Crypto Provider, where it
 * has them for this machine; else the JDK's serve. Both give the same bytes, but Java's are fifty
 * times slower until they are compiled, and compiling them is most of what a node that has just
 * started does. No state of its own.
 */
public final class NativeCrypto {
  private static final Logger log = LoggerFactory.getLogger(NativeCrypto.class);

  private NativeCrypto() {}

  /** For the whole process, once, before anything is encrypted; takes a tenth of a second. */
  public static void install() {
    Throwable missing = AmazonCorrettoCryptoProvider.INSTANCE.getLoadingError();
    if (missing == null) {
      Security.insertProviderAt(AmazonCorrettoCryptoProvider.INSTANCE, 1);
    } else {
      log.info("ciphers are Java's own, which are slow at first: {}", missing.toString());
    }
  }

  /** Back to the JDK's. */
  static void remove() {
    Security.removeProvider(AmazonCorrettoCryptoProvider.PROVIDER_NAME);
  }
}
