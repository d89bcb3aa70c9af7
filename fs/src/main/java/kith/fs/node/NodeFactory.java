package kith.fs.node;

import java.io.IOException;
import kith.codec.KithException;
import kith.fs.Kit;

/**
 * Where the command line ends and the node begins. All calls return when the result can be used:
 * serving, and mounted where a mount point was given; or throw and leave nothing behind.
 */
public interface NodeFactory {
  /** Takes the home's lock, opens its index, listens for partners, mounts. */
  RunningNode start(NodeStart start) throws IOException, KithException, NodeException;

  /** Takes the home's lock, opens its index, listens for nodes. */
  RunningBroker broker(BrokerStart start) throws IOException, KithException, NodeException;

  /**
   * Finds the newest head at the kit's partners and mounts every snapshot, read-only.
   *
   * @param progress told whom it asks and what it fetches
   */
  Running view(ViewStart start, ProgressSink progress)
      throws IOException, KithException, NodeException;

  /**
   * Makes an empty home that of the drive's node again, at the next epoch. Nothing runs there when
   * this returns.
   *
   * @param passphrase wraps the root secret; not kept
   * @param progress told whom it asks and what it fetches
   */
  RecoveredInfo recover(RecoverStart start, char[] passphrase, ProgressSink progress)
      throws IOException, KithException, NodeException;

  /**
   * Finds the newest head at the kit's partners, to restore files from.
   *
   * @param progress told whom it asks and what it fetches
   */
  OpenedKit open(Kit kit, ProgressSink progress) throws IOException, KithException, NodeException;

  /**
   * Saves what a home has that no partner has into a folder. Takes the home's lock, asks no
   * partner, and changes nothing in the drive.
   *
   * @param request where to; its snapshot and path are not looked at
   */
  UnsentResult exportUnsent(NodeStart start, RestoreRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException;
}
