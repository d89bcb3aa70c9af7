package kith.index;

import java.io.IOException;

/** Another node, or another program, works with this home: stop that one first. */
public final class HomeInUseException extends IOException {
  public HomeInUseException(String message) {
    super(message);
  }
}
