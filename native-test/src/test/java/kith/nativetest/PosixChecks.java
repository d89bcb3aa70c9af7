package kith.nativetest;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Makes checks in the drive and in an ordinary filesystem beside it: both must do what is expected,
 * or where nothing is said, the same. Collects what fails, so that one run tells all.
 */
final class PosixChecks {
  private static final int MOST_TOLD = 60;

  private final PosixWorld drive;
  private final PosixWorld reference;
  private final List<PosixResidue> residue;
  private final Set<PosixResidue> sought = new HashSet<>();
  private final Set<PosixResidue> met = new HashSet<>();
  private final List<String> failures = new ArrayList<>();
  private int count;

  /**
   * @param residue what is known to be otherwise
   */
  PosixChecks(PosixWorld drive, PosixWorld reference, List<PosixResidue> residue) {
    this.drive = drive;
    this.reference = reference;
    this.residue = residue;
  }

  /** Begins anew in an empty directory, and does something there. */
  void begin(PosixWorld.Act<?> prepare) {
    for (PosixWorld world : List.of(reference, drive)) {
      world.begin();
      world.run(prepare);
    }
  }

  /** Waits until what is done next gets another time than what was done. */
  void awaitTick() {
    drive.run(
        fs -> {
          fs.awaitTick();
          return null;
        });
  }

  /** Does something that is no check. */
  void prepare(PosixWorld.Act<?> act) {
    reference.run(act);
    drive.run(act);
  }

  /** Does something in the drive alone that is no check. */
  void prepareHere(PosixWorld.Act<?> act) {
    drive.run(act);
  }

  /** A call whose result is known. */
  void expect(String name, long expected, PosixWorld.Call act) {
    long there = reference.result(act);
    long here = drive.result(act);
    if (there != expected) {
      failures.add(
          name
              + ": expected "
              + PosixErrors.name(expected)
              + ", but even the reference says "
              + PosixErrors.name(there));
    }
    judge(name, PosixErrors.name(expected), PosixErrors.name(here));
  }

  /** Something that must come out as in the reference; returns whether it does. */
  <T> boolean same(String name, PosixWorld.Act<T> act) {
    return judge(name, text(reference.run(act)), text(drive.run(act)));
  }

  /** How a call came out in the reference and in the drive. */
  record Results(long there, long here) {
    boolean anySuccess() {
      return there >= 0 || here >= 0;
    }

    boolean bothSuccess() {
      return there >= 0 && here >= 0;
    }
  }

  /** A call that must come out as in the reference. */
  Results sameResult(String name, PosixWorld.Call act) {
    Results results = new Results(reference.result(act), drive.result(act));
    judge(name, text(results.there), text(results.here));
    return results;
  }

  /** Lines that must be as in the reference. */
  void sameLines(String name, PosixWorld.Act<List<String>> act) {
    List<String> there = new ArrayList<>(reference.run(act));
    List<String> here = new ArrayList<>(drive.run(act));
    List<String> common = new ArrayList<>(there);
    common.retainAll(here);
    there.removeAll(common);
    here.removeAll(common);
    judge(name, there.toString(), here.toString());
  }

  /** A call whose result is known, where the reference knows nothing of it. */
  void expectHere(String name, long expected, PosixWorld.Call act) {
    judge(name, PosixErrors.name(expected), PosixErrors.name(drive.result(act)));
  }

  private static String text(Object value) {
    return value instanceof Long number ? PosixErrors.name(number) : Objects.toString(value);
  }

  /** Returns whether it is as expected. */
  private boolean judge(String name, String expected, String found) {
    count++;
    residue.stream().filter(entry -> name.matches(entry.checks())).forEach(sought::add);
    if (expected.equals(found)) {
      return true;
    }
    Optional<PosixResidue> known =
        residue.stream().filter(entry -> entry.covers(name, found)).findFirst();
    if (known.isPresent()) {
      met.add(known.get());
    } else {
      failures.add(name + ": " + found + " instead of " + expected);
    }
    return false;
  }

  /** How many checks there were. */
  int count() {
    return count;
  }

  /** Throws if anything failed. */
  void verify() {
    if (!failures.isEmpty()) {
      throw new AssertionError(
          failures.size()
              + " of "
              + count
              + " checks failed:\n"
              + String.join("\n", failures.subList(0, Math.min(MOST_TOLD, failures.size()))));
    }
  }

  /** The known differences that could have been met. */
  Set<PosixResidue> sought() {
    return sought;
  }

  /** The known differences that were met. */
  Set<PosixResidue> met() {
    return met;
  }
}
