package kith.fs.node;

import java.util.List;

/**
 * Which machines want to be, or are, the drive's node.
 *
 * @param epoch of this one
 * @param code of this one, whole
 * @param partners all with whom there is an agreement
 * @param superseded how many of them say that another machine has taken its place
 * @param hours until this machine may do everything at all partners; 0 if it may
 * @param machines that want to take its place
 * @param words what is to be signed by the owner key for a refusal, in hexadecimal digits
 */
public record TakeoverInfo(
    long epoch,
    String code,
    int partners,
    int superseded,
    long hours,
    List<Machine> machines,
    List<String> words) {
  private static final int BRIEF = 16;

  /**
   * One that wants to take this one's place.
   *
   * @param code whole
   * @param hoursLeft until it does by itself
   */
  public record Machine(long epoch, String code, long hoursLeft) {}

  public TakeoverInfo {
    machines = List.copyOf(machines);
    words = List.copyOf(words);
  }

  /** As much of a machine's code as people need. */
  public static String brief(String code) {
    return code.substring(0, Math.min(code.length(), code.indexOf('-') + 1 + BRIEF));
  }

  /** Until the first machine takes this one's place. */
  public long hoursLeft() {
    return machines.stream().mapToLong(Machine::hoursLeft).min().orElse(0);
  }
}
