package kith.fs.node;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Whom the node looks for by itself, and why nobody is found.
 *
 * @param on whether the configuration lets it look
 * @param seeking whether somebody is looked for now
 * @param wanted partners
 * @param partners that are there, but for those silent for longer than their grace
 * @param places other households that these are in
 * @param spaceWanted bytes of content that shall fit; 0 for any
 * @param usable bytes of content that fit at the partners that are there
 * @param known other nodes that this one has heard of
 * @param able of these, how many could become partners by all criteria
 * @param resting of the able, how many were asked and are left in peace for now
 * @param near of the able, how many are waited with, for they are near this node or a partner
 * @param open offers of this node that are not answered
 * @param share bytes each way that the next one is offered
 * @param refused how many each criterion refuses, by its name
 * @param asked those who were asked and are left in peace, at most twenty
 * @param text one sentence
 */
public record SearchInfo(
    boolean on,
    boolean seeking,
    int wanted,
    int partners,
    int places,
    long spaceWanted,
    long usable,
    int known,
    int able,
    int resting,
    int near,
    int open,
    long share,
    Map<String, Integer> refused,
    List<Asked> asked,
    String text) {
  public SearchInfo {
    asked = List.copyOf(asked);
  }

  /**
   * One who was asked.
   *
   * @param times in succession that he said no, or nothing
   * @param until when he may be asked again
   */
  public record Asked(String owner, String why, int times, Instant until) {}
}
