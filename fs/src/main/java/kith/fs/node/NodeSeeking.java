package kith.fs.node;

import java.io.IOException;
import kith.peer.MoreSpace;
import kith.peer.PartnerSearch;

/**
 * Sees to it that there are partners enough, with room enough: asks those that there are for more
 * space, and looks for others if the configuration lets it. One thread ticks; otherwise safe for
 * many.
 */
final class NodeSeeking {
  private final boolean on;
  private final MoreSpace more;
  private final PartnerSearch search;
  private final SearchReport report;

  NodeSeeking(NodeConfig config, NodeSearch goal, PartnerSearch.Means means) {
    on = config.seeks();
    more = new MoreSpace(means.negotiator(), goal, means.clock());
    search = new PartnerSearch(means, goal, config.partners().choice());
    report = new SearchReport(config, search, means.memory(), more::said);
  }

  /** Does what can be done now; returns how many agreements came of it. */
  int tick() throws IOException {
    int amended = more.tick();
    return amended + (on ? search.tick() : 0);
  }

  PartnerSearch search() {
    return search;
  }

  SearchInfo info() throws IOException {
    return report.info();
  }
}
