package kith.fs.node;

import java.util.List;

/**
 * Which machines want to be, or are, the drive's node.
 *
 * @param epoch of this one
 * @param partners all with whom there is an agreement
 * @param superseded how many of them say that another machine has taken its place
 * @param hours until this machine may do everything at all partners; 0 if it may
 * @param announced epochs of machines that want to take its place
 * @param hoursLeft until the first of those does by itself
 * @param word what is to be signed by the owner key for a refusal, in hexadecimal digits, or null
 */
public record TakeoverInfo(
    long epoch,
    int partners,
    int superseded,
    long hours,
    List<Long> announced,
    long hoursLeft,
    String word) {
  public TakeoverInfo {
    announced = List.copyOf(announced);
  }
}
