package kith.fs.node;

import java.io.IOException;
import java.util.List;
import kith.codec.KithException;

/** A drive that its kit opened, as of the newest head of its partners. For one thread. */
public interface OpenedKit extends AutoCloseable {
  /** All snapshots, oldest first; how safe each is isn't known. */
  List<SnapshotInfo> snapshots();

  /** Restores files to this machine. */
  RestoreResult restore(RestoreRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException;

  @Override
  void close() throws IOException;
}
