package kith.fs.node;

import java.time.InstantSource;
import kith.codec.DriveKeys;
import kith.codec.KithException;
import kith.codec.OwnerKey;
import kith.codec.RootSecret;
import kith.peer.NodeIdentity;

/**
 * What a node works with: derived keys and its own identity, never the root secret.
 *
 * @param drive whose drive it is
 * @param keys of the drive
 * @param identity this machine's TLS key and credential
 */
public record NodeSecrets(DriveInfo drive, DriveKeys keys, NodeIdentity identity) {
  /**
   * What the same node works with once its owner has another root secret.
   *
   * @param former root secret
   * @param next root secret
   * @throws KithException if the former is another's
   */
  NodeSecrets rekeyed(RootSecret former, RootSecret next, InstantSource clock)
      throws KithException {
    OwnerKey owner = identity.rekey(drive.ownerKey(former), next, clock.instant());
    return new NodeSecrets(
        drive.with(owner.lineage()),
        DriveKeys.derive(next).after(keys),
        identity.renewed(owner, clock));
  }

  @Override
  public String toString() {
    return "NodeSecrets[" + drive + "]";
  }
}
