package kith.fs.node;

import java.nio.file.Path;
import kith.fs.Kit;

/**
 * What a machine becomes a drive's node again with.
 *
 * @param home absolute; empty, or what an interrupted attempt left
 * @param config for the home
 * @param kit whole and right
 */
public record RecoverStart(Path home, NodeConfig config, Kit kit) {}
