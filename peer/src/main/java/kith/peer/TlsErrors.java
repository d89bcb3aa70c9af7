package kith.peer;

import io.netty.handler.ssl.NotSslRecordException;
import java.io.IOException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import kith.codec.KithException;
import kith.codec.NotPermittedException;
import kith.codec.PartnerUnavailableException;

/** What went wrong below a link, in words. */
final class TlsErrors {
  private static final int MAX_DEPTH = 12;

  private TlsErrors() {}

  /**
   * The reason that our own check gave, if one of ours is behind it; else what the other side or
   * the network did.
   *
   * @param who the other side, for the message
   */
  static KithException explain(Throwable cause, String who) {
    Throwable at = cause;
    for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
      if (at instanceof KithException ours) {
        return ours;
      }
      if (at instanceof NotSslRecordException) {
        return new PartnerUnavailableException(who + " does not speak TLS: not a Kith node", cause);
      }
      if (at instanceof SSLException refused) {
        KithException alert = alert(refused, who);
        if (alert != null) {
          return alert;
        }
      }
    }
    String what = cause instanceof IOException ? cause.getMessage() : cause.toString();
    return new PartnerUnavailableException("no link with " + who + ": " + what, cause);
  }

  private static KithException alert(SSLException refused, String who) {
    String message = String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT);
    boolean certificate = message.contains("certificate") || message.contains("bad_cert");
    if (certificate && (message.contains("alert") || message.contains("sslv3"))) {
      return new NotPermittedException(
          who + " refuses our credential: it may have expired, or the clocks differ", refused);
    }
    return null;
  }
}
