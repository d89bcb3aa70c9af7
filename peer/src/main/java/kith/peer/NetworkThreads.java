package kith.peer;

/**
 * What the threads of a network do first, each before anything else.
 *
 * @param loop those that send and receive
 * @param worker those that handle what others ask
 */
public record NetworkThreads(Runnable loop, Runnable worker) {
  /** Nothing. */
  public static final NetworkThreads PLAIN = new NetworkThreads(() -> {}, () -> {});
}
