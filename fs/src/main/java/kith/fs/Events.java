package kith.fs;

/** Takes note of what the owner should know. Safe for many threads; must not block. */
@FunctionalInterface
public interface Events {
  /**
   * @param kind a word that machines can compare, such as {@code corrupt-shard}
   * @param message a sentence: what happened, to what, and what is or should be done
   */
  void event(String kind, String message);
}
