package kith.peer;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import kith.codec.CorruptDataException;

/**
 * Where a node listens.
 *
 * @param host a name, an IPv4 or an IPv6 address (without brackets)
 * @param port 1 to 65535
 */
public record NodeAddress(String host, int port) {
  /** The port when none is named. */
  public static final int DEFAULT_PORT = 5484;

  private static final int MAX_HOST = 70;
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]+");

  public NodeAddress {
    if (port < 1 || port > 0xffff || host.length() > MAX_HOST || !HOST.matcher(host).matches()) {
      throw new IllegalArgumentException("no address: " + host + " port " + port);
    }
  }

  /** The address of a socket. */
  public static NodeAddress of(InetSocketAddress address) {
    return new NodeAddress(address.getHostString(), address.getPort());
  }

  /**
   * Reads {@code host}, {@code host:port}, {@code [v6]} or {@code [v6]:port}.
   *
   * @throws CorruptDataException if it is none of them
   */
  public static NodeAddress parse(String text) throws CorruptDataException {
    int close = text.startsWith("[") ? text.indexOf(']') : -1;
    int colon = text.indexOf(':', close + 1);
    boolean bareV6 = close < 0 && colon >= 0 && colon != text.lastIndexOf(':');
    int end = bareV6 || colon < 0 ? text.length() : colon;
    String host = close >= 0 ? text.substring(1, close) : text.substring(0, end);
    try {
      if (close >= 0 && close + 1 != end) {
        throw new IllegalArgumentException("bytes behind ]");
      }
      int port = end == text.length() ? DEFAULT_PORT : Integer.parseInt(text.substring(end + 1));
      return new NodeAddress(host, port);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("'" + text + "' is not an address (host:port)");
    }
  }

  /**
   * What tells networks apart without asking anybody: the first 16 bits of an IPv4, 32 of an IPv6
   * address, in hexadecimal; the name itself for a name.
   */
  String network() {
    byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
    if (bytes == null) {
      return host.toLowerCase(Locale.ROOT);
    }
    return HexFormat.of().formatHex(bytes, 0, bytes.length == 4 ? 2 : 4);
  }

  /** For a socket; looks the name up, so not on a thread that must not block. */
  InetSocketAddress resolve() {
    return new InetSocketAddress(host, port);
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
