package kith.fs.node;

import java.nio.file.Path;
import kith.fs.Kit;

/**
 * What the read-only view of a recovery is started with.
 *
 * @param home absolute; it need not be initialised, and a node may be running in it
 * @param work an empty folder for caches; deleted when the view ends
 * @param kit whole and right
 * @param mountPoint absolute
 */
public record ViewStart(Path home, Path work, Kit kit, Path mountPoint) {}
