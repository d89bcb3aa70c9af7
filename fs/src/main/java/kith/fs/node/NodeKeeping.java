package kith.fs.node;

import java.io.IOException;
import kith.index.DiskProbe;
import kith.index.HoldingStore;
import kith.index.Home;
import kith.index.Rows;
import kith.peer.AuditDesk;
import kith.peer.DamagedShards;
import kith.peer.HolderHealth;
import kith.peer.HolderScrub;
import kith.peer.LocalNode;

/**
 * How this node looks after what it keeps for partners: whether the disk works, whether all is
 * still there, and what audits are told.
 *
 * @param damaged what it knows to be damaged
 */
record NodeKeeping(
    HolderHealth health, DamagedShards damaged, AuditDesk audits, HolderScrub scrub) {
  static NodeKeeping of(
      LocalNode self, HoldingStore holdings, Home home, Rows rows, NodeWorld world)
      throws IOException {
    var health = new HolderHealth(new DiskProbe(home.held())::run, System::nanoTime);
    var damaged = new DamagedShards(rows);
    var desk = new AuditDesk(self, holdings, rows, health, damaged, world.random());
    return new NodeKeeping(
        health, damaged, desk, new HolderScrub(holdings, desk, rows, world.clock()));
  }
}
