package kith.fs.node;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import kith.codec.CorruptDataException;
import kith.codec.OwnerId;
import kith.codec.OwnerKey;
import kith.codec.OwnerLineage;
import kith.codec.RootSecret;

/**
 * What is no secret about a home's identity: identity/drive.json. Its presence is what makes a home
 * initialised.
 *
 * @param version of the identity folder, {@link #VERSION}, or {@link #REKEYED_VERSION}
 * @param owner whose drive it is
 * @param created when the drive was made, to the second
 * @param rekeys the owner's lineage as text; null before the first rekey
 */
public record DriveInfo(
    int version,
    OwnerId owner,
    Instant created,
    @JsonInclude(JsonInclude.Include.NON_NULL) String rekeys) {
  /** Of a home whose owner has his first key. */
  public static final int VERSION = 1;

  /** After a rekey. */
  public static final int REKEYED_VERSION = 2;

  /** Of an owner with his first key. */
  public static DriveInfo of(OwnerId owner, Instant created) {
    return new DriveInfo(VERSION, owner, created, null);
  }

  /** The same drive, of which another key speaks for the owner. */
  public DriveInfo with(OwnerLineage lineage) {
    return lineage.generation() == 0
        ? new DriveInfo(VERSION, owner, created, null)
        : new DriveInfo(REKEYED_VERSION, owner, created, lineage.text());
  }

  /** The owner's keys before the present one. */
  public OwnerLineage lineage() throws CorruptDataException {
    return rekeys == null ? OwnerLineage.NONE : OwnerLineage.ofText(rekeys);
  }

  /**
   * The key that speaks for the owner.
   *
   * @param root that it follows from
   * @throws CorruptDataException if it is the root secret of another drive or time
   */
  public OwnerKey ownerKey(RootSecret root) throws CorruptDataException {
    OwnerKey key = OwnerKey.derive(root, lineage());
    if (!key.id().equals(owner)) {
      throw new CorruptDataException("the root secret here is another owner's");
    }
    return key;
  }
}
