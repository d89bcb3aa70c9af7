package kith.peer;

import com.offbynull.portmapper.gateway.Bus;
import com.offbynull.portmapper.gateways.network.NetworkGateway;
import com.offbynull.portmapper.gateways.network.internalmessages.KillNetworkRequest;
import com.offbynull.portmapper.mapper.MappedPort;
import com.offbynull.portmapper.mapper.PortMapper;
import com.offbynull.portmapper.mapper.PortType;
import com.offbynull.portmapper.mappers.natpmp.NatPmpPortMapper;
import com.offbynull.portmapper.mappers.upnpigd.UpnpIgdPortMapper;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Routers that speak NAT-PMP (RFC 6886), asked at the default gateway, or UPnP-IGD, searched for by
 * multicast; by the library portmapper. Owns a thread ("kith-router") in which the library is
 * called, so that nobody waits for a router longer than the bounds here.
 */
final class RouterByLibrary implements Router {
  private static final Logger LOG = LoggerFactory.getLogger(RouterByLibrary.class);
  private static final Path ROUTES = Path.of("/proc/net/route");
  private static final Duration NAT_PMP_WITHIN = Duration.ofSeconds(8);
  private static final Duration UPNP_WITHIN = Duration.ofSeconds(40);
  private static final Duration GIVEN_BACK_WITHIN = Duration.ofSeconds(4);
  private static final int GATEWAY_FIELD = 2;
  private static final int MOST_ROUTERS = 4;

  private final InetSocketAddress listening;
  private final Gateways gateways;
  private final ExecutorService thread;
  private Bus bus;
  private PortMapper mapper;
  private MappedPort mapped;
  private boolean closed;

  /** Tells the gateways of this machine. */
  @FunctionalInterface
  interface Gateways {
    List<InetAddress> all() throws IOException;
  }

  RouterByLibrary(InetSocketAddress listening) {
    this(listening, RouterByLibrary::gateways);
  }

  RouterByLibrary(InetSocketAddress listening, Gateways gateways) {
    this.listening = listening;
    this.gateways = gateways;
    this.thread =
        Executors.newSingleThreadExecutor(
            work -> {
              var named = new Thread(work, "kith-router");
              named.setDaemon(true);
              return named;
            });
  }

  /** Something that the library does, for as long as it likes. */
  private interface Step<T> {
    T run() throws InterruptedException;
  }

  /** Empty if it took too long or went wrong; the thread is free again then. */
  private <T> Optional<T> within(Duration time, Step<T> step) throws InterruptedException {
    Future<T> running = thread.submit(step::run);
    try {
      return Optional.ofNullable(running.get(time.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      running.cancel(true);
    } catch (InterruptedException e) {
      running.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      LOG.debug("a router, or the library, fails", e);
    }
    return Optional.empty();
  }

  @Override
  public Lease map(int port, Duration life) throws IOException, InterruptedException {
    if (bus() == null) {
      throw new IOException("the node ends");
    }
    Optional<Lease> again = mapper == null ? Optional.empty() : by(mapper, port, life);
    if (again.isPresent()) {
      return again.get();
    }
    for (PortMapper each : natPmp()) {
      Optional<Lease> lease = by(each, port, life);
      if (lease.isPresent()) {
        return lease.get();
      }
    }
    for (PortMapper each : upnp()) {
      Optional<Lease> lease = by(each, port, life);
      if (lease.isPresent()) {
        return lease.get();
      }
    }
    throw new IOException("no router answers to NAT-PMP or UPnP");
  }

  private synchronized Bus bus() {
    if (bus == null && !closed) {
      bus = NetworkGateway.create().getBus();
    }
    return closed ? null : bus;
  }

  private Optional<Lease> by(PortMapper asked, int port, Duration life)
      throws InterruptedException {
    boolean upnp = asked instanceof UpnpIgdPortMapper;
    Optional<MappedPort> granted =
        within(
            upnp ? UPNP_WITHIN : NAT_PMP_WITHIN,
            () -> asked.mapPort(PortType.TCP, port, port, life.toSeconds()));
    if (granted.isEmpty() || granted.get().getExternalAddress() == null) {
      return Optional.empty();
    }
    synchronized (this) {
      mapper = asked;
      mapped = granted.get();
    }
    String host = granted.get().getExternalAddress().getHostAddress();
    return Optional.of(
        new Lease(
            new NodeAddress(host, granted.get().getExternalPort()),
            Duration.ofSeconds(granted.get().getLifetime()),
            upnp ? "UPnP" : "NAT-PMP"));
  }

  /** The default gateway, asked from this machine's address in its network. */
  private List<PortMapper> natPmp() throws IOException {
    var mappers = new ArrayList<PortMapper>();
    for (InetAddress gateway : gateways.all()) {
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        for (var address : each.getInterfaceAddresses()) {
          InetAddress own = address.getAddress();
          boolean near = isNear(own, gateway, address.getNetworkPrefixLength());
          if (near && listensAt(own) && mappers.size() < MOST_ROUTERS) {
            mappers.add(new NatPmpPortMapper(bus(), own, gateway));
          }
        }
      }
    }
    return mappers;
  }

  private boolean listensAt(InetAddress own) {
    InetAddress at = listening.getAddress();
    return at.isAnyLocalAddress() || at.equals(own);
  }

  private static boolean isNear(InetAddress own, InetAddress gateway, int prefix) {
    return own instanceof Inet4Address
        && prefix > 0
        && (bits(own) ^ bits(gateway)) >>> (Integer.SIZE - prefix) == 0;
  }

  private static int bits(InetAddress address) {
    return java.nio.ByteBuffer.wrap(address.getAddress()).getInt();
  }

  /** Those of default routes; where Linux does not tell, none. */
  private static List<InetAddress> gateways() throws IOException {
    if (!Files.isReadable(ROUTES)) {
      return List.of();
    }
    var found = new ArrayList<InetAddress>();
    for (String line : Files.readAllLines(ROUTES, StandardCharsets.US_ASCII)) {
      String[] fields = line.strip().split("\\s+", -1);
      if (fields.length > GATEWAY_FIELD && fields[1].equals("00000000")) {
        int gateway = Integer.reverseBytes(Integer.parseUnsignedInt(fields[GATEWAY_FIELD], 16));
        byte[] bytes = java.nio.ByteBuffer.allocate(Integer.BYTES).putInt(gateway).array();
        found.add(InetAddress.getByAddress(bytes));
      }
    }
    return found;
  }

  private List<UpnpIgdPortMapper> upnp() throws InterruptedException {
    Bus over = bus();
    return within(UPNP_WITHIN, () -> UpnpIgdPortMapper.identify(over)).orElse(List.of()).stream()
        .filter(found -> listensAt(found.getSourceAddress()))
        .limit(MOST_ROUTERS)
        .toList();
  }

  @Override
  public void close() {
    PortMapper asked;
    MappedPort lent;
    synchronized (this) {
      closed = true;
      asked = mapper;
      lent = mapped;
      mapper = null;
    }
    try {
      if (asked != null) {
        within(
            GIVEN_BACK_WITHIN,
            () -> {
              asked.unmapPort(lent);
              return true;
            });
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
    synchronized (this) {
      if (bus != null) {
        bus.send(new KillNetworkRequest());
      }
    }
  }
}
