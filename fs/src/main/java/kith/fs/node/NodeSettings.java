package kith.fs.node;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import kith.fs.CacheSettings;
import kith.fs.DriveEngine;
import kith.fs.FetcherSettings;
import kith.fs.FileName;
import kith.fs.PlacementPolicy;
import kith.fs.ShipperSettings;
import kith.index.DiskSpace;
import kith.index.PackStore;
import kith.index.Rows;
import kith.index.Staging;
import kith.peer.HolderService;
import kith.peer.choice.Growth;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the parts of a node are told of its configuration. */
final class NodeSettings {
  private static final Logger LOG = LoggerFactory.getLogger(NodeCore.class);

  private NodeSettings() {}

  /** Where a drive is kept on this machine. */
  record Stores(Rows rows, Staging staging, PackStore packs) {}

  /** What the drive stands on. */
  static DriveEngine.Foundation base(NodeStart start, Stores stores, NodeWorld world) {
    NodeSecrets secrets = start.secrets();
    return new DriveEngine.Foundation(
        stores.rows,
        stores.staging,
        stores.packs,
        secrets.keys(),
        secrets.identity().owner(),
        secrets.identity().credential().epoch(),
        world.pools().cpu(),
        world.pools().readAhead(),
        world.clock(),
        world.random(),
        (kind, message) -> LOG.warn("{}: {}", kind, message),
        world.pace());
  }

  static Duration deadline(NodeStart start) {
    return Duration.ofSeconds(start.config().limits().partnerDeadlineSeconds());
  }

  static CacheSettings cache(NodeConfig config, DiskSpace disk) throws IOException {
    return new CacheSettings(
        config.cache().bytes(),
        reserve(config, disk),
        disk,
        Duration.ofSeconds(config.limits().writeWaitSeconds()),
        Math.max(1, config.limits().fuseThreads() - 1)); // one is left for those who make room
  }

  static long reserve(NodeConfig config, DiskSpace disk) throws IOException {
    ByteSize reserve = config.reserve();
    return reserve == null ? CacheSettings.reserveOf(disk.total()) : reserve.bytes();
  }

  /** Partners get none of the reserve, which is for what frees space. */
  static HolderService.Room room(NodeConfig config, DiskSpace disk) throws IOException {
    long reserve = reserve(config, disk);
    return () -> disk.free() - reserve;
  }

  static DriveEngine.Settings settings(NodeConfig config, CacheSettings cache, Growth growth)
      throws IOException {
    return new DriveEngine.Settings(
        new PlacementPolicy(Optional.ofNullable(config.code()), OptionalInt.empty(), growth),
        FileName.of(config.snapshots().folder()),
        config.snapshots().visible(),
        ProcessOwner.caller(),
        config.limits().chunkCache().bytes(),
        cache,
        ShipperSettings.DEFAULT.withPacksInFlight(config.limits().packsInFlight()),
        FetcherSettings.DEFAULT.withDeadline(
            Duration.ofSeconds(config.limits().partnerDeadlineSeconds())));
  }

  static InetSocketAddress socket(NodeConfig config) {
    return new InetSocketAddress(config.listen().host(), config.listen().port());
  }
}
