package kith.peer.conduct;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The times in which an owner may read everything back, by the holder's clock. A declaration opens
 * one; whoever declares while one is open joins it and keeps it open for as long again, within
 * bounds: one disaster is one window, however many views are started in it. Immutable.
 *
 * @param windows of the last year, oldest first
 */
public record RestoreWindows(List<Window> windows) {
  /** A declaration holds for so long. */
  public static final Duration LIFE = Duration.ofDays(7);

  /** No window is kept open for longer. */
  public static final Duration LONGEST = Duration.ofDays(28);

  /** None yet. */
  public static final RestoreWindows NEW = new RestoreWindows(List.of());

  private static final long YEAR = Duration.ofDays(365).toMillis();

  /** A clock that was set right does not close a window. */
  private static final long SLACK = Duration.ofHours(26).toMillis();

  /**
   * A time in which everything may be read back, in ms since 1970.
   *
   * @param until excluded
   */
  public record Window(long begun, long until) {}

  /**
   * What comes of a declaration.
   *
   * @param windows with it; as before if it is refused
   * @param waitMillis until one would be accepted; 0 if this one is
   */
  public record Declared(RestoreWindows windows, long waitMillis) {}

  public RestoreWindows {
    windows = List.copyOf(windows);
  }

  /** The window that is open. */
  public Optional<Window> open(long now) {
    return windows.stream()
        .filter(window -> now >= window.begun - SLACK && now < window.until)
        .reduce((one, later) -> later);
  }

  /** How many windows more may be opened. */
  public int left(long now, int perYear) {
    return Math.max(0, perYear - recent(now).size());
  }

  private List<Window> recent(long now) {
    return windows.stream().filter(window -> Math.abs(now - window.begun) < YEAR).toList();
  }

  /**
   * A restore is declared.
   *
   * @param perYear windows that may begin within a year
   */
  public Declared declare(long now, int perYear) {
    List<Window> recent = new ArrayList<>(recent(now));
    Optional<Window> open = open(now);
    if (open.isPresent()) {
      long begun = open.get().begun;
      long until = Math.min(now + LIFE.toMillis(), begun + LONGEST.toMillis());
      recent.remove(open.get());
      recent.add(new Window(begun, Math.max(open.get().until, until)));
    } else if (recent.size() < perYear) {
      recent.add(new Window(now, now + LIFE.toMillis()));
    } else {
      long oldest = recent.isEmpty() ? now : recent.get(0).begun;
      return new Declared(this, Math.max(1, oldest + YEAR - now));
    }
    return new Declared(new RestoreWindows(recent), 0);
  }
}
