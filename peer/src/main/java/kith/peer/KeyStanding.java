package kith.peer;

import java.util.Arrays;
import java.util.Collection;

/** How the owner key under one credential stands to that under another of the same owner. */
enum KeyStanding {
  /** It is the same key. */
  SAME,
  /** It took the other's place by the word of a node that is believed. */
  NEXT,
  /** It says that it took the other's place; no node that is believed has signed that. */
  CLAIMED,
  /** The other took its place. */
  FORMER,
  /** Both say that they took the place of the same key. */
  RIVAL;

  /**
   * @param known credential of the machine that may do everything
   * @param seen another of the same owner
   * @param nodes whose signatures under a rekey are believed
   */
  static KeyStanding of(Credential known, Credential seen, Collection<Credential> nodes) {
    int before = known.lineage().generation();
    int now = seen.lineage().generation();
    for (int i = 0; i <= Math.min(before, now); i++) {
      if (!Arrays.equals(key(known, i), key(seen, i))) {
        return RIVAL;
      }
    }
    if (now < before) {
      return FORMER;
    }
    for (int i = before + 1; i <= now; i++) {
      if (!isSigned(seen, i, nodes)) {
        return CLAIMED;
      }
    }
    return now == before ? SAME : NEXT;
  }

  private static byte[] key(Credential of, int generation) {
    return of.lineage().key(generation, of.ownerKey());
  }

  private static boolean isSigned(Credential seen, int generation, Collection<Credential> nodes) {
    byte[] message = seen.lineage().signed(generation, seen.ownerKey());
    byte[] signature = seen.lineage().nodeSignature(generation);
    return nodes.stream().anyMatch(node -> node.hasSigned(message, signature));
  }
}
