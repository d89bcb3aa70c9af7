package kith.fs.node;

/**
 * What is to be imported; paths are bytes, for they need not be UTF-8.
 *
 * @param source absolute path on this machine, of a folder or a file
 * @param path in the drive, or null for the name of the source in the drive's root
 * @param dryRun whether to look only
 * @param oneFilesystem whether to stay on the filesystem of the source
 * @param count whether to count first, for progress that tells how much is left
 */
public record ImportRequest(
    byte[] source, byte[] path, boolean dryRun, boolean oneFilesystem, boolean count) {
  public ImportRequest {
    if (source == null || source.length == 0 || source[0] != '/') {
      throw new IllegalArgumentException("import takes an absolute path");
    }
  }
}
