package kith.fs.simulate;

import java.util.Arrays;

/**
 * What will happen, by time; what happens at the same second happens in the order in which it was
 * put in. A binary heap in arrays, without an object for an event. For one thread.
 */
final class EventQueue {
  private long[] times = new long[1 << 10];
  private long[] orders = new long[1 << 10];
  private int[] subjects = new int[1 << 10];
  private Event[] events = new Event[1 << 10];
  private int size;
  private long order;

  /** What can happen. */
  enum Event {
    /** A node, or a person behind one, comes for the first time. */
    JOIN,
    /** An hour of the day at which a node does what it does daily. */
    DAY,
    /** A machine goes off for a while. */
    AWAY,
    BACK,
    /** A node's owner leaves for good, without a word. */
    QUIT,
    /** A machine is lost with all that it held; its owner has the kit. */
    BURN,
    /** The burnt one's owner has a new machine. */
    RECOVER,
    /** What was kept of an ended agreement, by one side of it, goes. */
    RELEASE,
    /** A node is on-line again after its network was off. */
    LIGHT,
    /** A misbehaving node does what it came for. */
    TRICK,
    /** A network of one prefix is off. */
    BLACKOUT,
    /** A household's or site's machines are lost together. */
    FIRE,
    /** One operating system's machines are lost together. */
    WORM
  }

  int size() {
    return size;
  }

  void put(long time, Event event, int subject) {
    if (size == times.length) {
      grow();
    }
    int at = size++;
    times[at] = time;
    orders[at] = order++;
    subjects[at] = subject;
    events[at] = event;
    while (at > 0 && isBefore(at, (at - 1) / 2)) {
      swap(at, (at - 1) / 2);
      at = (at - 1) / 2;
    }
  }

  private void grow() {
    times = Arrays.copyOf(times, 2 * size);
    orders = Arrays.copyOf(orders, 2 * size);
    subjects = Arrays.copyOf(subjects, 2 * size);
    events = Arrays.copyOf(events, 2 * size);
  }

  /** When the next one happens. */
  long time() {
    return times[0];
  }

  Event event() {
    return events[0];
  }

  int subject() {
    return subjects[0];
  }

  /** Takes the next one away. */
  void remove() {
    swap(0, --size);
    int at = 0;
    while (2 * at + 1 < size) {
      int child = 2 * at + 1;
      if (child + 1 < size && isBefore(child + 1, child)) {
        child++;
      }
      if (!isBefore(child, at)) {
        return;
      }
      swap(at, child);
      at = child;
    }
  }

  private boolean isBefore(int one, int other) {
    return times[one] != times[other] ? times[one] < times[other] : orders[one] < orders[other];
  }

  private void swap(int one, int other) {
    long time = times[one];
    times[one] = times[other];
    times[other] = time;
    long number = orders[one];
    orders[one] = orders[other];
    orders[other] = number;
    int subject = subjects[one];
    subjects[one] = subjects[other];
    subjects[other] = subject;
    Event event = events[one];
    events[one] = events[other];
    events[other] = event;
  }
}
