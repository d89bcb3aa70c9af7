package kith.fs.node;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What can be asked over a control socket; the names are the wire's. */
enum Operation {
  STATUS("status"),
  WAIT("wait"),
  SNAPSHOT("snapshot"),
  SNAPSHOTS("snapshots"),
  DROP_SNAPSHOT("drop-snapshot"),
  HOLD_SNAPSHOT("hold-snapshot"),
  INVITE("invite"),
  ACCEPT("accept"),
  INVITATIONS("invitations"),
  REVOKE_INVITATION("revoke-invitation"),
  PARTNERS("partners"),
  CANDIDATES("candidates"),
  CAPACITY("capacity"),
  KNOWN("known-nodes"),
  OFFER("offer"),
  AMEND("amend"),
  LEAVE("leave"),
  AUDIT("audit"),
  REPAIR("repair"),
  PRUNE("prune"),
  FAREWELL("farewell"),
  TAKEOVER("takeover"),
  OFFERS("offers"),
  DECIDE("decide"),
  WITHDRAW("withdraw"),
  KIT("kit"),
  IMPORT("import"),
  RESTORE("restore"),
  DRILL("drill"),
  LIMITS("limits"),
  LIMIT("limit"),
  PAUSE("pause"),
  RESUME("resume"),
  UNMOUNT("unmount"),
  BROKER("broker"),
  SHUTDOWN("shutdown");

  private final String word;

  Operation(String word) {
    this.word = word;
  }

  String word() {
    return word;
  }

  static Optional<Operation> of(String word) {
    return Arrays.stream(values()).filter(operation -> operation.word.equals(word)).findFirst();
  }

  /** Arguments of {@link #WAIT}. */
  record Wait(Duration timeout) {
    Wait {
      if (timeout == null || timeout.isNegative()) {
        throw new IllegalArgumentException("wait takes a timeout");
      }
    }
  }

  /**
   * Arguments of {@link #SNAPSHOT}, {@link #DROP_SNAPSHOT}, {@link #REVOKE_INVITATION}, {@link
   * #WITHDRAW}, {@link #AUDIT}, {@link #FAREWELL}, whose name is the signed record in hexadecimal
   * digits.
   */
  record Named(String name) {}

  /** Arguments of {@link #HOLD_SNAPSHOT}. */
  record Hold(String name, boolean held) {}

  /** Arguments of {@link #REPAIR}; null for only looking. */
  record Repair(Duration timeout) {
    Repair {
      if (timeout != null && timeout.isNegative()) {
        throw new IllegalArgumentException("repair takes a timeout");
      }
    }
  }

  /** Arguments of {@link #PRUNE}; the overrides are in hexadecimal digits. */
  record Prune(boolean all, List<String> overrides) {
    Prune {
      overrides = overrides == null ? List.of() : List.copyOf(overrides);
    }
  }

  /**
   * Arguments of {@link #TAKEOVER}.
   *
   * @param machine its code, or what it begins with; null for the only one, or for all. For CONFIRM
   *     and PREPARE
   * @param word that is refused, and the owner key's signature under it, in hexadecimal digits; for
   *     REFUSE alone
   */
  record Takeover(Step step, String machine, String word, String override) {
    /** What is done about a machine that wants this one's place. */
    enum Step {
      LOOK,
      CONFIRM,
      PREPARE,
      REFUSE
    }

    Takeover {
      if (step == null || (step == Step.REFUSE && (word == null || override == null))) {
        throw new IllegalArgumentException("takeover takes a step, and what it needs");
      }
    }
  }

  /** Arguments of {@link #PAUSE}; null for until it is resumed. */
  record Pause(Duration time) {
    Pause {
      if (time != null && time.isNegative()) {
        throw new IllegalArgumentException("a pause can't end before it begins");
      }
    }
  }

  /** Arguments of {@link #ACCEPT}. */
  record Accept(String code, AcceptTerms terms) {
    Accept {
      if (code == null || terms == null) {
        throw new IllegalArgumentException("accept takes a code and terms");
      }
    }
  }

  /** Arguments of {@link #DECIDE}. */
  record Decide(String id, boolean agree, boolean force) {
    Decide {
      if (id == null) {
        throw new IllegalArgumentException("which offer?");
      }
    }
  }

  /** Arguments of {@link #SHUTDOWN}. */
  record Shutdown(Duration atMost) {
    Shutdown {
      if (atMost == null || atMost.isNegative()) {
        throw new IllegalArgumentException("shutdown takes how long it may wait");
      }
    }
  }
}
