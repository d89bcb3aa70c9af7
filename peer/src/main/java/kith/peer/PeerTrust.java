package kith.peer;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import kith.codec.CorruptDataException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.OwnerId;

/**
 * Decides inside the TLS handshake whom to talk to: whoever's certificate carries a true and
 * current credential for its key - and, where one is named, of that owner alone. No certificate
 * authority is asked. Safe for any number of threads.
 */
final class PeerTrust extends X509ExtendedTrustManager {
  private final OwnerId expected;
  private final InstantSource clock;

  /**
   * @param expected null for any owner
   */
  PeerTrust(OwnerId expected, InstantSource clock) {
    this.expected = expected;
    this.clock = clock;
  }

  /**
   * What both the handshake and, once more, the link check.
   *
   * @param expected null for any owner
   * @throws KithException if the one who shows this certificate is not to be talked to
   */
  static Credential check(X509Certificate certificate, OwnerId expected, InstantSource clock)
      throws KithException {
    Credential credential = NodeCertificate.credentialOf(certificate);
    check(credential, expected, clock);
    return credential;
  }

  static void check(Credential credential, OwnerId expected, InstantSource clock)
      throws NotPermittedException {
    credential.checkTime(clock.instant());
    if (expected != null && !credential.owner().equals(expected)) {
      throw new NotPermittedException(
          "the node there belongs to "
              + credential.owner()
              + ", not to "
              + expected
              + ": wrong address, or somebody in between");
    }
  }

  private void check(X509Certificate[] chain) throws CertificateException {
    try {
      if (chain == null || chain.length != 1) {
        throw new CorruptDataException("a node shows exactly one certificate");
      }
      check(chain[0], expected, clock);
    } catch (KithException e) {
      throw new CertificateException(e.getMessage(), e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    check(chain);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    check(chain);
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }
}
