package kith.fs.node;

/**
 * What is to be restored; paths are bytes, for they need not be UTF-8.
 *
 * @param snapshot its name as it is printed, or {@code latest}
 * @param path in the snapshot; empty for all of it
 * @param destination absolute path on this machine
 * @param dryRun whether to look only
 * @param overwrite whether a folder that is not empty is restored into, and files that differ are
 *     replaced
 */
public record RestoreRequest(
    String snapshot, byte[] path, byte[] destination, boolean dryRun, boolean overwrite) {
  public RestoreRequest {
    if (snapshot == null || snapshot.isEmpty() || path == null) {
      throw new IllegalArgumentException("restore takes the name of a snapshot");
    }
    if (destination == null || destination.length == 0 || destination[0] != '/') {
      throw new IllegalArgumentException("restore takes an absolute path to restore to");
    }
  }
}
