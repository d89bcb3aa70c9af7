package kith.fs.node;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Where the processes of a home listen for the command line. */
public final class ControlSocket {
  /** Folder in the home. */
  public static final String FOLDER = "run";

  /** The node's own socket. */
  public static final String NODE = "node.sock";

  /** sun_path of Linux has 108 bytes with the final zero. */
  static final int MAX_PATH = 107;

  private ControlSocket() {}

  /** The socket of the node of that home. */
  public static Path ofNode(Path home) {
    return home.resolve(FOLDER).resolve(NODE);
  }

  /** The socket of a recovery's view, one per process. */
  public static Path ofView(Path home, long processId) {
    return home.resolve(FOLDER).resolve("view-" + processId + ".sock");
  }

  /** All sockets of the home, the node's first; some may be left over from processes that died. */
  public static List<Path> all(Path home) throws IOException {
    var folder = home.resolve(FOLDER);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.filter(entry -> entry.toString().endsWith(".sock")).sorted().toList();
    }
  }

  static UnixDomainSocketAddress address(Path socket) throws NodeException {
    int length = socket.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > MAX_PATH) {
      throw new NodeException(
          ExitCode.ERROR,
          "the path of the control socket, "
              + socket
              + ", has "
              + length
              + " bytes, and the system allows "
              + MAX_PATH
              + ": choose a home with a shorter path");
    }
    return UnixDomainSocketAddress.of(socket);
  }
}
