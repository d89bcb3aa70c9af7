package kith.peer;

import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import javax.jmdns.JmDNS;
import javax.jmdns.ServiceEvent;
import javax.jmdns.ServiceInfo;
import javax.jmdns.ServiceListener;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One local network on which this node is shown and others are looked for. The library's threads
 * call the listener and end with {@link #close}.
 */
final class ShownNetwork implements ServiceListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ShownNetwork.class);

  /** The service: docs/protocol.md. */
  static final String TYPE = "_kith._tcp.local.";

  /** TXT: the owner id in its printed form. */
  static final String OWNER = "id";

  /** TXT: the highest protocol version. */
  static final String VERSION = "v";

  private static final int MOST_ADDRESSES = 4;

  private final ShownNodes shown;
  private final JmDNS dns;

  /**
   * @param address of this machine on that network
   * @param port that this node listens on
   */
  ShownNetwork(LocalNode self, InetAddress address, int port, ShownNodes shown) throws IOException {
    this.shown = shown;
    OwnerId owner = self.identity().owner();
    String name = "kith-" + owner.brief();
    dns = JmDNS.create(address, name);
    try {
      var says = Map.of(OWNER, owner.toString(), VERSION, String.valueOf(Protocol.VERSION));
      dns.registerService(ServiceInfo.create(TYPE, name, port, 0, 0, says));
      dns.addServiceListener(TYPE, this);
    } catch (IOException | RuntimeException e) {
      dns.close();
      throw e;
    }
  }

  @Override
  public void serviceAdded(ServiceEvent event) {
    dns.requestServiceInfo(event.getType(), event.getName());
  }

  @Override
  public void serviceRemoved(ServiceEvent event) {
    ownerOf(event.getInfo()).ifPresent(shown::went);
  }

  @Override
  public void serviceResolved(ServiceEvent event) {
    ServiceInfo info = event.getInfo();
    ownerOf(info).ifPresent(owner -> shown.came(contact(owner, info)));
  }

  /** Whatever stands there: anybody may have written it. */
  static Optional<OwnerId> ownerOf(ServiceInfo info) {
    String text = info == null ? null : info.getPropertyString(OWNER);
    try {
      return text == null || text.length() > RequestFields.MAX_ADDRESS
          ? Optional.empty()
          : Optional.of(OwnerId.parse(text));
    } catch (CorruptDataException e) {
      LOG.debug("a service that is no node of Kith: {}", e.getMessage());
      return Optional.empty();
    }
  }

  static Contact contact(OwnerId owner, ServiceInfo info) {
    var addresses = new ArrayList<NodeAddress>();
    for (InetAddress address : info.getInetAddresses()) {
      boolean usable = !address.isLoopbackAddress() && !address.isMulticastAddress();
      if (usable && addresses.size() < MOST_ADDRESSES && info.getPort() > 0) {
        addresses.add(new NodeAddress(address.getHostAddress(), info.getPort()));
      }
    }
    return new Contact(owner, addresses);
  }

  @Override
  public void close() {
    try {
      dns.close();
    } catch (IOException e) {
      LOG.debug("leaving a local network", e);
    }
  }
}
