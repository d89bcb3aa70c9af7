package kith.fs.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import kith.codec.KithException;
import kith.codec.OwnerKey;
import kith.index.Home;
import kith.index.Rows;
import kith.peer.BrokerService;
import kith.peer.KnownNodes;
import kith.peer.LocalNode;
import kith.peer.NettyNetwork;
import kith.peer.NetworkThreads;
import kith.peer.NodeIdentity;
import kith.peer.RelayService;
import kith.peer.Role;
import kith.peer.TransportLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A broker, wired by hand: its home, the records that it keeps, and the network. Everything that it
 * opens it closes, in reverse. Safe for many threads.
 */
final class Broker implements RunningBroker {
  private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
  private static final Duration ENDING = Duration.ofSeconds(20);

  private final Closing closing = new Closing();
  private final CountDownLatch end = new CountDownLatch(1);
  private final InstantSource clock;
  private final Instant started;
  private final KnownNodes known;
  private final BrokerService service;
  private final String address;
  private BrokerService.Counts logged;

  /** Starts everything, or leaves nothing behind. */
  Broker(BrokerStart start, NodeWorld world) throws IOException, KithException, NodeException {
    clock = world.clock();
    started = clock.instant();
    try {
      closing.add(world.pools());
      requireNoNode(start.home());
      Home home = closing.add(Home.open(start.home(), ENDING));
      Rows rows = closing.add(world.storage().open(home, () -> {}));
      OwnerKey key = BrokerKey.open(home.root(), world.random());
      var bounds = KnownNodes.Bounds.broker(start.nodesPerAddress());
      known = new KnownNodes(rows, key.id(), clock, bounds);
      var self =
          new LocalNode(
              NodeIdentity.create(key, Role.NODE, 1, clock, world.random()),
              KithVersion.TEXT,
              List.of(),
              clock);
      var means = new RelayService.Means(System::nanoTime, world.random());
      service = new BrokerService(self, known, start.relay(), means);
      logged = service.counts();
      var limits = TransportLimits.broker(start.connectionsPerSecond());
      var network = closing.add(new NettyNetwork(self, service, NetworkThreads.PLAIN, limits));
      closing.add(
          network.listen(new InetSocketAddress(start.listen().host(), start.listen().port())));
      address = key.id() + "@" + start.listen();
      Duties duties = closing.add(new Duties(world.pace()));
      duties.start("purge", Duration.ofMinutes(1), this::tick);
      LOG.info("broker {} knows {} nodes", address, known.size());
    } catch (IOException | KithException | NodeException | RuntimeException e) {
      closing.close();
      throw e;
    }
  }

  private static void requireNoNode(Path home) throws NodeException {
    if (new IdentityFiles(home).exist()) {
      throw new NodeException(
          ExitCode.ERROR,
          home + " is the home of a node: give the broker a folder of its own with --home");
    }
  }

  /** Forgets what is expired, and logs the counts where they have changed. */
  private int tick() throws IOException {
    known.purge();
    BrokerService.Counts now = service.counts();
    if (!now.equals(logged)) {
      logged = now;
      LOG.info(
          "{} nodes; since the start {} records, {} questions, {} refused, {} bytes relayed",
          now.nodes(),
          now.published(),
          now.questions(),
          now.refused(),
          now.carried());
    }
    return 0;
  }

  @Override
  public BrokerStatus brokerStatus() {
    BrokerService.Counts now = service.counts();
    return new BrokerStatus(
        KithVersion.TEXT,
        ProcessHandle.current().pid(),
        address,
        started,
        now.nodes(),
        now.published(),
        now.questions(),
        now.refused(),
        service.circuits(),
        now.carried());
  }

  @Override
  public NodeStatus status() throws NodeException {
    throw new NodeException(
        ExitCode.ERROR, "this is the home of a broker: 'kith broker status' shows it");
  }

  @Override
  public void shutdown(Duration atMost, ProgressSink progress) {
    end.countDown();
  }

  @Override
  public void awaitEnd() throws InterruptedException {
    end.await();
  }

  @Override
  public void close() throws IOException {
    end.countDown();
    closing.close();
  }
}
