package kith.fs.node;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import kith.codec.KithException;
import kith.fs.Kit;
import kith.fs.Pace;
import kith.nativetest.adversary.Adversary;
import kith.peer.RequestHandler;

/**
 * Makes nodes that are real but for their clock, which runs {@code -Dkith.soak.speed=} times as
 * fast from {@code -Dkith.soak.start=} (ms since 1970) on, and for what {@code
 * -Dkith.soak.adversary=} names. The command line finds it in place of the product's own where a
 * test puts it into the class path; the product knows nothing of it.
 */
public final class SoakNodes implements NodeFactory {
  private static NodeWorld world(int cpuThreads, Pace pace) {
    NodeWorld real = NodeWorld.real(cpuThreads, pace);
    return new NodeWorld(
        fast(real.clock()),
        real.zone(),
        real.random(),
        (self, handler) -> real.networks().network(self, changed(handler)),
        real.storage(),
        real.pools(),
        real.pace());
  }

  private static InstantSource fast(InstantSource real) {
    long start = Long.getLong("kith.soak.start", real.millis());
    int speed = Integer.getInteger("kith.soak.speed", 1);
    return () -> Instant.ofEpochMilli(start + (real.millis() - start) * speed);
  }

  private static RequestHandler changed(RequestHandler honest) {
    String kind = System.getProperty("kith.soak.adversary", "");
    return kind.isEmpty()
        ? honest
        : Adversary.Kind.valueOf(kind.toUpperCase(Locale.ROOT)).around(honest);
  }

  @Override
  public RunningNode start(NodeStart start) throws IOException, KithException, NodeException {
    return new Node(start, world(start.config().limits().cpuThreads(), new NodePace()));
  }

  @Override
  public RunningBroker broker(BrokerStart start) throws IOException, KithException, NodeException {
    return new Broker(start, world(1, Pace.NONE));
  }

  @Override
  public Running view(ViewStart start, ProgressSink progress)
      throws IOException, KithException, NodeException {
    return new RecoveredView(
        start, progress, world(Runtime.getRuntime().availableProcessors(), Pace.NONE));
  }

  @Override
  public RecoveredInfo recover(RecoverStart start, char[] passphrase, ProgressSink progress)
      throws IOException, KithException, NodeException {
    int processors = Runtime.getRuntime().availableProcessors();
    var initialiser = new Initialiser(fast(InstantSource.system()), new SecureRandom());
    return new Recoverer(start, progress, () -> world(processors, Pace.NONE), initialiser)
        .recover(passphrase);
  }

  @Override
  public OpenedKit open(Kit kit, ProgressSink progress) throws IOException, KithException {
    int processors = Runtime.getRuntime().availableProcessors();
    return new KitRestore(kit, progress, world(processors, Pace.NONE));
  }

  @Override
  public UnsentResult exportUnsent(NodeStart start, RestoreRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException {
    int processors = Runtime.getRuntime().availableProcessors();
    try (var export = new UnsentExport(start, world(processors, Pace.NONE))) {
      return export.run(request, progress);
    }
  }
}
