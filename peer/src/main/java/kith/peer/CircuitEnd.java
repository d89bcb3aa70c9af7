package kith.peer;

import java.util.function.LongUnaryOperator;

/** One side of a circuit at the relay: what comes from it goes to the other side, unread. */
interface CircuitEnd {
  /**
   * Joins the two sides; called for both, with the same meter. When one closes so does the other.
   *
   * @param meter gets the number of bytes that came, and tells for how many nanoseconds nothing
   *     more may be taken in; negative to end the circuit
   */
  void splice(CircuitEnd other, LongUnaryOperator meter);

  void close();

  /** Runs it when this side is gone; at once if it is already. */
  void whenClosed(Runnable then);
}
