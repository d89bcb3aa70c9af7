package kith.fs.node;

import java.nio.file.Path;

/**
 * What a node is started with.
 *
 * @param home absolute; the factory takes its lock
 * @param config read and valid
 * @param secrets opened
 * @param mountPoint absolute, or null to serve without a drive
 */
public record NodeStart(Path home, NodeConfig config, NodeSecrets secrets, Path mountPoint) {}
