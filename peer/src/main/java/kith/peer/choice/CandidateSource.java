package kith.peer.choice;

import java.io.IOException;
import java.util.List;

/** Where candidates come from: present partners, known nodes, a simulation. */
@FunctionalInterface
public interface CandidateSource {
  /** All that are known, in any order, each owner once. */
  List<Candidate> candidates() throws IOException;
}
