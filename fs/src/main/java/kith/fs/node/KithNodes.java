package kith.fs.node;

import java.io.IOException;
import kith.codec.KithException;
import kith.fs.Kit;
import kith.fs.Pace;

/** Makes real nodes, views and brokers; the command line finds it as a service. */
public final class KithNodes implements NodeFactory {
  @Override
  public RunningNode start(NodeStart start) throws IOException, KithException, NodeException {
    return new Node(start, NodeWorld.real(start.config().limits().cpuThreads(), new NodePace()));
  }

  @Override
  public RunningBroker broker(BrokerStart start) throws IOException, KithException, NodeException {
    return new Broker(start, NodeWorld.real(1, Pace.NONE));
  }

  @Override
  public Running view(ViewStart start, ProgressSink progress)
      throws IOException, KithException, NodeException {
    return new RecoveredView(
        start, progress, NodeWorld.real(Runtime.getRuntime().availableProcessors(), Pace.NONE));
  }

  @Override
  public RecoveredInfo recover(RecoverStart start, char[] passphrase, ProgressSink progress)
      throws IOException, KithException, NodeException {
    int processors = Runtime.getRuntime().availableProcessors();
    NodeWorld world = NodeWorld.real(processors, Pace.NONE);
    var initialiser = new Initialiser(world.clock(), world.random());
    return new Recoverer(start, progress, () -> NodeWorld.real(processors, Pace.NONE), initialiser)
        .recover(passphrase);
  }

  @Override
  public OpenedKit open(Kit kit, ProgressSink progress) throws IOException, KithException {
    int processors = Runtime.getRuntime().availableProcessors();
    return new KitRestore(kit, progress, NodeWorld.real(processors, Pace.NONE));
  }

  @Override
  public UnsentResult exportUnsent(NodeStart start, RestoreRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException {
    int processors = Runtime.getRuntime().availableProcessors();
    try (var export = new UnsentExport(start, NodeWorld.real(processors, Pace.NONE))) {
      return export.run(request, progress);
    }
  }
}
