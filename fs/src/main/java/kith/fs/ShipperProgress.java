package kith.fs;

/**
 * How far shipping is.
 *
 * @param packs that have shards to ship
 * @param bytesToShip of sealed shards, exactly for coded packs, estimated for the others
 * @param bytesShipped of sealed shards acknowledged since the start of the node
 * @param bytesPerSecond over the last half minute
 */
public record ShipperProgress(
    int packs, long bytesToShip, long bytesShipped, long bytesPerSecond) {}
