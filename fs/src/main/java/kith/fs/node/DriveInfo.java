package kith.fs.node;

import java.time.Instant;
import kith.codec.OwnerId;

/**
 * What is no secret about a home's identity: identity/drive.json. Its presence is what makes a home
 * initialised.
 *
 * @param version of the identity folder, {@link #VERSION}
 * @param owner whose drive it is
 * @param created when the drive was made, to the second
 */
public record DriveInfo(int version, OwnerId owner, Instant created) {
  /** The only version so far. */
  public static final int VERSION = 1;
}
