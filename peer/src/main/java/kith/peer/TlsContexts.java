package kith.peer;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.time.InstantSource;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLException;
import kith.codec.OwnerId;

/**
 * TLS 1.3 with certificates on both sides, by BoringSSL where netty-tcnative has it for this
 * machine, else by the JDK. Immutable.
 */
final class TlsContexts {
  private static final String TLS = "TLSv1.3";

  private final KeyManager keys;
  private final InstantSource clock;
  private final SslProvider provider;

  TlsContexts(NodeIdentity identity, InstantSource clock, boolean allowNative) {
    this.keys = new NodeKeyManager(identity.privateKey(), NodeCertificate.of(identity));
    this.clock = clock;
    this.provider = allowNative && hasNative() ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK;
  }

  private static boolean hasNative() {
    return OpenSsl.isAvailable() && SslProvider.isTlsv13Supported(SslProvider.OPENSSL_REFCNT);
  }

  /** For links that others open; anyone with a true credential. */
  SslContext server() throws SSLException {
    return SslContextBuilder.forServer(keys)
        .sslProvider(provider)
        .protocols(TLS)
        .clientAuth(ClientAuth.REQUIRE)
        .trustManager(new PeerTrust(null, clock))
        .sessionCacheSize(1)
        .sessionTimeout(1)
        .build();
  }

  /** For one link to one owner. The caller releases it. */
  SslContext client(OwnerId expected) throws SSLException {
    return SslContextBuilder.forClient()
        .keyManager(keys)
        .sslProvider(provider)
        .protocols(TLS)
        .trustManager(new PeerTrust(expected, clock))
        .endpointIdentificationAlgorithm(null)
        .build();
  }

  InstantSource clock() {
    return clock;
  }

  @Override
  public String toString() {
    return TLS + " by " + (provider == SslProvider.JDK ? "the JDK" : OpenSsl.versionString());
  }
}
