package kith.peer.choice;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where in the Internet a node is, as far as its address tells: what is near each other tends to
 * fail together. Names are not looked up: the same name is the same place, another may be anywhere.
 * An IPv4 address inside an IPv6 one ({@code ::ffff:1.2.3.4}) counts as what it is. Immutable.
 */
public final class NetworkPrefix implements Comparable<NetworkPrefix> {
  private static final Pattern V4 =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");
  private static final int MAX_HOST = 255;

  private final byte[] address; // 4 or 16 bytes; none for a name
  private final String name;

  private NetworkPrefix(byte[] address, String name) {
    this.address = address;
    this.name = name;
  }

  /**
   * @param host an IPv4 or IPv6 address without brackets, with or without a zone, or a name
   * @throws IllegalArgumentException if it is none of them
   */
  public static NetworkPrefix of(String host) {
    String plain = host.strip().toLowerCase(Locale.ROOT);
    if (plain.isEmpty() || plain.length() > MAX_HOST) {
      throw new IllegalArgumentException("'" + host + "' is no host");
    }
    var v4 = V4.matcher(plain);
    if (v4.matches()) {
      byte[] bytes = new byte[4];
      for (int i = 0; i < 4; i++) {
        int part = Integer.parseInt(v4.group(i + 1));
        if (part > 0xff) {
          throw new IllegalArgumentException("'" + host + "' is no address");
        }
        bytes[i] = (byte) part;
      }
      return new NetworkPrefix(bytes, plain);
    }
    if (plain.indexOf(':') < 0) {
      return plain.equals("localhost") ? of("127.0.0.1") : new NetworkPrefix(new byte[0], plain);
    }
    int zone = plain.indexOf('%');
    return ofV6(zone < 0 ? plain : plain.substring(0, zone), host);
  }

  private static NetworkPrefix ofV6(String literal, String host) {
    try {
      // What has a colon is never looked up; IPv4 inside IPv6 comes back as four bytes.
      InetAddress read = InetAddress.getByName(literal);
      return new NetworkPrefix(read.getAddress(), read.getHostAddress());
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("'" + host + "' is no address", e);
    }
  }

  /**
   * Of a node with these hosts. Addresses that are only good inside a house or a machine say
   * nothing where there are others, and are left out then; so is what is no host.
   */
  public static Set<NetworkPrefix> of(Collection<String> hosts) {
    Set<NetworkPrefix> all = new LinkedHashSet<>();
    for (String host : hosts) {
      try {
        all.add(of(host));
      } catch (IllegalArgumentException e) {
        // Nobody can be called there.
      }
    }
    Set<NetworkPrefix> open = new LinkedHashSet<>(all);
    open.removeIf(NetworkPrefix::isInside);
    return open.isEmpty() ? all : open;
  }

  /** Whether it can only be called from the same machine, house or private network. */
  public boolean isInside() {
    return isLoopback() || isPrivate();
  }

  /** Whether it is a name, which may stand for another address tomorrow. */
  public boolean isName() {
    return address.length == 0;
  }

  private boolean isLoopback() {
    return isV4() ? at(0) == 127 : isV6() && isOne();
  }

  private boolean isOne() {
    for (int i = 0; i < 15; i++) {
      if (address[i] != 0) {
        return false;
      }
    }
    return address[15] == 1;
  }

  private boolean isPrivate() {
    if (isV6()) {
      return (at(0) & 0xfe) == 0xfc || (at(0) == 0xfe && (at(1) & 0xc0) == 0x80);
    }
    return isV4()
        && (at(0) == 10
            || (at(0) == 192 && at(1) == 168)
            || (at(0) == 172 && (at(1) & 0xf0) == 16)
            || (at(0) == 169 && at(1) == 254)
            || (at(0) == 100 && (at(1) & 0xc0) == 64));
  }

  private boolean isV4() {
    return address.length == 4;
  }

  private boolean isV6() {
    return address.length == 16;
  }

  private int at(int index) {
    return address[index] & 0xff;
  }

  /** How far apart two places are. */
  public Separation from(NetworkPrefix other) {
    if (equals(other) || (isLoopback() && other.isLoopback())) {
      return Separation.SAME_HOUSEHOLD;
    }
    if (address.length == 0 || other.address.length == 0) {
      return Separation.UNKNOWN;
    }
    if (address.length != other.address.length) {
      return Separation.DISTINCT;
    }
    if (sameBytes(other, isV6() ? 8 : isPrivate() ? 3 : 4)) {
      return Separation.SAME_HOUSEHOLD;
    }
    if (sameBytes(other, isV6() ? 4 : 2)) {
      return Separation.SAME_NETWORK;
    }
    return sameBytes(other, 1) ? Separation.SAME_FIRST_BYTE : Separation.DISTINCT;
  }

  private boolean sameBytes(NetworkPrefix other, int count) {
    return Arrays.equals(address, 0, count, other.address, 0, count);
  }

  /** The closest that any of one comes to any of the other; unknown if one has none. */
  public static Separation between(Collection<NetworkPrefix> one, Collection<NetworkPrefix> other) {
    Separation closest = null;
    for (NetworkPrefix here : one) {
      for (NetworkPrefix there : other) {
        Separation now = here.from(there);
        closest = closest == null || now.compareTo(closest) < 0 ? now : closest;
      }
    }
    return closest == null ? Separation.UNKNOWN : closest;
  }

  /** Any order, always the same. */
  @Override
  public int compareTo(NetworkPrefix other) {
    int byAddress = Arrays.compareUnsigned(address, other.address);
    return byAddress != 0 || address.length > 0 ? byAddress : name.compareTo(other.name);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof NetworkPrefix that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    return address.length > 0 ? Arrays.hashCode(address) : name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
