package kith.peer.choice;

/**
 * What a node says that it runs on: what is of one kind tends to have the same faults. Empty texts
 * stand for what is not told.
 *
 * @param system operating system, such as {@code linux}
 * @param family of its versions, such as {@code 6}
 * @param machine such as {@code amd64}
 */
public record MachineKind(String system, String family, String machine) {
  /** Nothing told. */
  public static final MachineKind UNKNOWN = new MachineKind("", "", "");

  /** What it shares its worms with. */
  public OperatingSystem operatingSystem() {
    return OperatingSystem.of(system);
  }

  boolean isKnown() {
    return !system.isEmpty();
  }

  /** How like the other it is, from 0 to 1000: half for the system, the rest for what follows. */
  int likeness(MachineKind other) {
    if (!isKnown() || !system.equalsIgnoreCase(other.system)) {
      return 0;
    }
    return 500
        + (family.equalsIgnoreCase(other.family) ? 300 : 0)
        + (machine.equalsIgnoreCase(other.machine) ? 200 : 0);
  }

  @Override
  public String toString() {
    return isKnown() ? String.join(" ", system, family, machine).strip() : "not told";
  }
}
