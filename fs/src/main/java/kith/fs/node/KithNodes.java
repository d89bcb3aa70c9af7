package kith.fs.node;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.InstantSource;
import kith.codec.KithException;

/** Makes real nodes and views; the command line finds it as a service. */
public final class KithNodes implements NodeFactory {
  @Override
  public RunningNode start(NodeStart start) throws IOException, KithException, NodeException {
    return new Node(start, InstantSource.system(), new SecureRandom());
  }

  @Override
  public Running view(ViewStart start, ProgressSink progress)
      throws IOException, KithException, NodeException {
    return new RecoveredView(start, progress, InstantSource.system(), new SecureRandom());
  }
}
