package kith.peer;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a port of the router open for this node while it runs: asks for a lease, renews it at half
 * of its time, asks again after a growing pause when there is none, and gives it back at the end.
 * For one thread, which may block; {@link #text} and {@link #close} for any.
 */
public final class PortMapping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PortMapping.class);
  private static final Duration LIFE = Duration.ofHours(2);
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final int MOST_DOUBLINGS = 5;

  private final Router router;
  private final int port;
  private final InstantSource clock;
  private final Consumer<Optional<NodeAddress>> tells;
  private Instant next = Instant.MIN;
  private Duration pause = Duration.ZERO;
  private int failures;
  private volatile Optional<Router.Lease> lease = Optional.empty();
  private volatile String text = "not asked yet";

  /**
   * @param listening where this node listens
   * @param tells gets the address that the router lends, and empty when it does no more
   */
  public PortMapping(
      InetSocketAddress listening, InstantSource clock, Consumer<Optional<NodeAddress>> tells) {
    this(new RouterByLibrary(listening), listening.getPort(), clock, tells);
  }

  PortMapping(Router router, int port, InstantSource clock, Consumer<Optional<NodeAddress>> tells) {
    this.router = router;
    this.port = port;
    this.clock = clock;
    this.tells = tells;
  }

  /**
   * Whether there may be a router before a node that listens there: on loopback there is none, nor
   * where an address of the machine is everybody's.
   */
  public static boolean makesSense(InetSocketAddress listening) {
    InetAddress at = listening.getAddress();
    if (at == null || at.isLoopbackAddress()) {
      return false;
    }
    try {
      return at.isAnyLocalAddress()
          ? NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .anyMatch(PortMapping::isPrivate)
          : isPrivate(at);
    } catch (SocketException e) {
      return false;
    }
  }

  /** Of those addresses of IPv4 that every home may have; 100.64/10 is that of providers. */
  static boolean isPrivate(InetAddress address) {
    byte[] bytes = address.getAddress();
    return address instanceof Inet4Address
        && (address.isSiteLocalAddress() || ((bytes[0] & 0xff) == 100 && (bytes[1] & 0xc0) == 64));
  }

  /** Asks the router if it is time; returns 0. */
  public int tick() throws InterruptedException {
    Instant now = clock.instant();
    // A clock that was put back must not keep it silent for longer than the pause.
    if (now.isBefore(next) && !now.plus(pause).isBefore(next)) {
      return 0;
    }
    try {
      took(router.map(port, LIFE), now);
    } catch (IOException e) {
      failed(e.getMessage(), now);
    }
    return 0;
  }

  private void took(Router.Lease granted, Instant now) throws IOException {
    String host = granted.external().host();
    if (!isCallable(host)) {
      throw new IOException("the router's own address " + host + " is behind another NAT");
    }
    boolean news = lease.map(before -> !before.external().equals(granted.external())).orElse(true);
    Duration life = granted.life().compareTo(LIFE) > 0 ? LIFE : granted.life();
    pause = life.dividedBy(2).compareTo(SHORTEST) < 0 ? SHORTEST : life.dividedBy(2);
    next = now.plus(pause);
    failures = 0;
    lease = Optional.of(granted);
    text = "lends " + granted.external() + " by " + granted.by();
    if (news) {
      LOG.info("the router {}", text);
      tells.accept(Optional.of(granted.external()));
    }
  }

  private static boolean isCallable(String host) {
    try {
      InetAddress address = InetAddress.getByName(host);
      return !isPrivate(address)
          && !address.isAnyLocalAddress()
          && !address.isLoopbackAddress()
          && !address.isLinkLocalAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private void failed(String why, Instant now) {
    pause = FIRST_PAUSE.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
    next = now.plus(pause);
    if (failures++ == 0) {
      LOG.info("the router lets nobody through by itself: {}", why);
    }
    text = why;
    if (lease.isPresent()) {
      lease = Optional.empty();
      tells.accept(Optional.empty());
    }
  }

  /** What came of asking, for people. */
  public String text() {
    return text;
  }

  @Override
  public void close() {
    lease = Optional.empty();
    router.close();
  }
}
