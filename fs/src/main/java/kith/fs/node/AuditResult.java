package kith.fs.node;

/**
 * How an audit that a person asked for ended.
 *
 * @param owner the partner's owner id
 * @param name as it calls itself
 * @param outcome proved, wrong, lost, slow, offline or our-error; null if there was nothing to
 *     audit
 * @param text one clause for a person
 * @param shards how many it lacks, as far as that came out
 */
public record AuditResult(String owner, String name, String outcome, String text, int shards) {
  /** Whether this partner has not what it should have. */
  public boolean isBad() {
    return "wrong".equals(outcome) || "lost".equals(outcome);
  }

  /** Name if there is one, else the owner id. */
  public String label() {
    return name.isEmpty() ? owner : name;
  }
}
