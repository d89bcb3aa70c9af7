package kith.fs.node;

import java.io.IOException;
import java.nio.file.Path;

/** Nobody listens at the control socket. */
public final class NodeNotRunningException extends IOException {
  public NodeNotRunningException(Path socket, IOException cause) {
    super(
        "no node runs in "
            + home(socket)
            + ": start it with 'kith mount FOLDER', or 'kith serve' without a drive",
        cause);
  }

  private static Path home(Path socket) {
    return socket.getParent().getParent();
  }
}
