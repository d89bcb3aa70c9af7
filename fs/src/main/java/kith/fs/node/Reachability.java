package kith.fs.node;

import java.util.Locale;

/** Whether a partner answers. */
public enum Reachability {
  /** It answered lately. */
  REACHABLE,
  /** It answered lately, through somebody else's node. */
  RELAYED,
  /** It did not answer the last time. */
  UNREACHABLE,
  /** Nobody has asked since this node started. */
  UNKNOWN;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
