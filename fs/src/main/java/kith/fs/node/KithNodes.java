package kith.fs.node;

import java.io.IOException;
import kith.codec.KithException;
import kith.fs.Pace;

/** Makes real nodes and views; the command line finds it as a service. */
public final class KithNodes implements NodeFactory {
  @Override
  public RunningNode start(NodeStart start) throws IOException, KithException, NodeException {
    return new Node(start, NodeWorld.real(start.config().limits().cpuThreads(), new NodePace()));
  }

  @Override
  public Running view(ViewStart start, ProgressSink progress)
      throws IOException, KithException, NodeException {
    return new RecoveredView(
        start, progress, NodeWorld.real(Runtime.getRuntime().availableProcessors(), Pace.NONE));
  }
}
