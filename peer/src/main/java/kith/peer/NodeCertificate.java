package kith.peer;

import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import kith.codec.CorruptDataException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The self-signed certificate that TLS wants: an envelope for the credential, which lies in a
 * private extension and alone is trusted. No state.
 */
final class NodeCertificate {
  /** An arc of our own, from a random UUID (ITU-T X.667). */
  static final ASN1ObjectIdentifier CREDENTIAL =
      new ASN1ObjectIdentifier("2.25.206478213479126453217712634117862514098");

  private static final X500Name NAME = new X500Name("CN=kith");

  private NodeCertificate() {}

  static X509Certificate of(NodeIdentity node) {
    Credential credential = node.credential();
    Date from = date(credential.issued().minus(Credential.CLOCK_SLACK));
    Date to = date(credential.expires().plus(Credential.CLOCK_SLACK));
    try {
      var builder =
          new JcaX509v3CertificateBuilder(NAME, BigInteger.ONE, from, to, NAME, node.publicKey());
      builder.addExtension(CREDENTIAL, false, new DEROctetString(credential.toBytes()));
      var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(node.privateKey());
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException | CertificateException | IOException e) {
      throw new IllegalStateException("no certificate for " + node, e);
    }
  }

  @SuppressWarnings("JavaUtilDate") // Bouncy Castle's interface
  private static Date date(Instant instant) {
    return Date.from(instant);
  }

  /**
   * The credential in a certificate whose key it speaks for. Its times are not checked.
   *
   * @throws CorruptDataException if there is none, it is false, or it is for another key
   */
  static Credential credentialOf(X509Certificate certificate) throws CorruptDataException {
    byte[] extension = certificate.getExtensionValue(CREDENTIAL.getId());
    if (extension == null) {
      throw new CorruptDataException("the certificate carries no credential of an owner");
    }
    Credential credential = Credential.parse(unwrap(unwrap(extension)));
    byte[] point = NodeKeys.pointOf(certificate.getPublicKey());
    if (point == null || !credential.speaksWith(point)) {
      throw new CorruptDataException(
          "the certificate's key is not the one that " + credential + " speaks for");
    }
    return credential;
  }

  private static byte[] unwrap(byte[] octetString) throws CorruptDataException {
    try {
      if (ASN1Primitive.fromByteArray(octetString) instanceof ASN1OctetString string) {
        return string.getOctets();
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new CorruptDataException("the certificate's credential is damaged", e);
    }
    throw new CorruptDataException("the certificate's credential is no string of bytes");
  }
}
