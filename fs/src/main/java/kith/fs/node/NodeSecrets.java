package kith.fs.node;

import kith.codec.DriveKeys;
import kith.peer.NodeIdentity;

/**
 * What a node works with: derived keys and its own identity, never the root secret.
 *
 * @param drive whose drive it is
 * @param keys of the drive
 * @param identity this machine's TLS key and credential
 */
public record NodeSecrets(DriveInfo drive, DriveKeys keys, NodeIdentity identity) {
  @Override
  public String toString() {
    return "NodeSecrets[" + drive + "]";
  }
}
