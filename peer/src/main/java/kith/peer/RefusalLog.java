package kith.peer;

import java.util.LinkedHashMap;
import java.util.Map;
import kith.codec.OwnerId;
import org.slf4j.Logger;

/**
 * Tells in the log of what was refused, of each owner and reason once, so that nobody fills it by
 * asking again. Safe for any number of threads.
 */
final class RefusalLog {
  private static final int REMEMBERED = 1024;

  private final Logger log;
  private final Map<String, Boolean> told =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
          return size() > REMEMBERED;
        }
      };

  RefusalLog(Logger log) {
    this.log = log;
  }

  /**
   * @param what was refused, with {} for whose it was
   * @param why numbers in it make no other reason
   */
  void refused(OwnerId who, String what, String why) {
    if (isNew(who + " " + what + why.replaceAll("[0-9]", ""))) {
      log.info(what + ": {}", who.brief(), why);
    }
  }

  private synchronized boolean isNew(String key) {
    return told.put(key, true) == null;
  }
}
