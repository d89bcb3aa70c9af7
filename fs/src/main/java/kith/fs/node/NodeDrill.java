package kith.fs.node;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import kith.codec.KithException;
import kith.codec.PartnerUnavailableException;
import kith.fs.DrillReport;
import kith.fs.Drills;
import kith.peer.HeadRecord;

/**
 * Drills of a node: those that are asked for, and those by itself, which stand back for the former.
 * Safe for many threads.
 */
final class NodeDrill implements AutoCloseable {
  private final NodeCore core;
  private final Drills drills;
  private final ReentrantLock drilling = new ReentrantLock();

  NodeDrill(NodeCore core) {
    this.core = core;
    this.drills = core.engine().drills(this::heads);
  }

  private List<byte[]> heads() throws KithException {
    return core.partners()
        .heads(core.partners().reachable())
        .newest()
        .map(HeadRecord::sealed)
        .map(List::of)
        .orElseThrow(
            () ->
                new PartnerUnavailableException(
                    "no partner that answers has a head of this drive"));
  }

  /** Drills the next file that is due; returns 0 if none is for now. */
  int tick() throws IOException, KithException {
    if (!drilling.tryLock()) {
      return 0;
    }
    try {
      return drills.tick();
    } catch (PartnerUnavailableException e) {
      return 0; // another time
    } finally {
      drilling.unlock();
    }
  }

  /** Drills files drawn at random. */
  DrillResult run(DrillRequest request, ProgressSink progress) throws IOException, KithException {
    drilling.lock();
    try {
      long files = request.of(drills.files());
      DrillReport report =
          drills.sample(
              files,
              (done, all) ->
                  progress.report(
                      Progress.of(
                          "restoring",
                          new Progress.Counted(0, 0),
                          new Progress.Counted(done, all))));
      return DrillResult.of(report);
    } finally {
      drilling.unlock();
    }
  }

  @Override
  public void close() {
    drilling.lock();
    try {
      drills.close();
    } finally {
      drilling.unlock();
    }
  }
}
