package kith.fs.cli;

import java.util.List;
import kith.codec.CodeParameters;
import kith.fs.node.ByteSize;
import kith.fs.node.NodeConfig;
import kith.fs.node.NodeException;
import kith.peer.NodeAddress;
import picocli.CommandLine.Option;

/** What a new home is configured with. */
final class HomeOptions {
  @Option(
      names = "--listen",
      paramLabel = "HOST:PORT",
      description = "Where partners reach this node (default: every address, port 5484).")
  private NodeAddress listen;

  @Option(
      names = "--advertise",
      paramLabel = "HOST:PORT",
      description = "An address that partners are told; may be given several times.")
  private List<NodeAddress> advertise;

  @Option(
      names = "--space",
      paramLabel = "SIZE",
      description = "What invitations offer and ask by default (default: 100GiB).")
  private ByteSize space;

  @Option(
      names = "--cache",
      paramLabel = "SIZE",
      description = "What the node may take of this machine's disk (default: 20GiB).")
  private ByteSize cache;

  /**
   * @param code null for what suits the number of partners
   */
  NodeConfig config(CodeParameters code) throws NodeException {
    try {
      return new NodeConfig(
          listen, advertise, code, space, null, cache, null, null, null, null, null, null, null,
          null);
    } catch (IllegalArgumentException e) {
      throw KithCommand.usage(e.getMessage());
    }
  }
}
