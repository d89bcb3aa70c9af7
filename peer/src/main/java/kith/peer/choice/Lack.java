package kith.peer.choice;

import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import kith.codec.CodeParameters;

/**
 * What a group of partners has, against what it is to be.
 *
 * @param wanted partners
 * @param partners that are there
 * @param places households that these live in, each counted once, and this node's not at all
 * @param spaceWanted bytes of content that shall fit at them; 0 for any
 * @param usable bytes of content that fit
 * @param unlike how many more partners on other operating systems than the commonest would keep too
 *     many shards of a pack from lying on one; nothing that must be there
 */
public record Lack(
    int wanted, int partners, int places, long spaceWanted, long usable, int unlike) {
  /** Where no number of partners would meet the target, as many as make a difference. */
  private static final int AS_MANY_AS_HELP = Growth.BY_NUMBER.wanted().orElseThrow();

  private static final int HOLDERS_WITHOUT_SPARE = 3;

  /** For the sake of different systems so many more partners than are wanted are taken at most. */
  private static final int MOST_UNLIKE = 3;

  /**
   * Of a group as it is.
   *
   * @param growth for a code that follows the partners
   * @param fixed the code that the owner has chosen, or null
   * @param here where this node is
   */
  public static Lack of(
      Growth growth,
      CodeParameters fixed,
      Set<NetworkPrefix> here,
      List<Candidate> there,
      long spaceWanted) {
    OptionalInt needed = fixed == null ? growth.wanted() : OptionalInt.of(withSpare(fixed.n()));
    int wanted = needed.orElse(AS_MANY_AS_HELP);
    IntFunction<Optional<CodeParameters>> codes =
        partners -> fixed == null ? growth.codeFor(partners) : Optional.of(fixed);
    List<Long> spaces = there.stream().map(partner -> partner.space().offered()).toList();
    return new Lack(
        wanted,
        there.size(),
        places(here, there),
        spaceWanted,
        UsableSpace.of(spaces, codes.apply(there.size())),
        unlike(codes, there, wanted + MOST_UNLIKE - there.size()));
  }

  /**
   * The fewest that help; all that may be if even these are too few but leave less on one system;
   * none where the code would only grow with them. Where all run on one system nobody else may be
   * to be found; who has not told yet what he runs on is no reason to look on.
   *
   * @param most that may be
   */
  private static int unlike(
      IntFunction<Optional<CodeParameters>> codes, List<Candidate> there, int most) {
    Collection<Long> systems = systems(there);
    if (systems.size() < 2) {
      return 0;
    }
    int others = there.size() - (int) (long) Collections.max(systems);
    int now = tooManyAlike(codes.apply(there.size()), others);
    for (int more = 0; more < most; more++) {
      if (tooManyAlike(codes.apply(there.size() + more), others + more) <= 0) {
        return more;
      }
    }
    boolean helps = most > 0 && tooManyAlike(codes.apply(there.size() + most), others + most) < now;
    return helps ? most : 0;
  }

  /** How many shards of a pack lie on the commonest system though they should not, at best. */
  private static int tooManyAlike(Optional<CodeParameters> code, int others) {
    return code.map(by -> by.n() - others - Separating.mostAlike(by)).orElse(0);
  }

  /** How many run on each system. */
  private static Collection<Long> systems(List<Candidate> there) {
    return there.stream()
        .filter(one -> !one.machine().equals(MachineKind.UNKNOWN))
        .collect(groupingBy(one -> one.machine().operatingSystem(), Collectors.counting()))
        .values();
  }

  /** Whether one more like this would be on another system than most of these. */
  static boolean isUnlike(Candidate one, List<Candidate> there) {
    long alike =
        there.stream()
            .filter(other -> other.machine().operatingSystem() == one.machine().operatingSystem())
            .count();
    return !one.machine().equals(MachineKind.UNKNOWN)
        && systems(there).stream().anyMatch(count -> count > alike);
  }

  private static int withSpare(int holders) {
    return holders < HOLDERS_WITHOUT_SPARE ? holders : holders + 1;
  }

  private static int places(Set<NetworkPrefix> here, List<Candidate> there) {
    List<Candidate> counted = new ArrayList<>();
    for (Candidate each : there.stream().sorted(Comparator.comparing(Candidate::owner)).toList()) {
      if (!isHousehold(each, here)
          && counted.stream().noneMatch(other -> isHousehold(each, other.networks()))) {
        counted.add(each);
      }
    }
    return counted.size();
  }

  private static boolean isHousehold(Candidate one, Set<NetworkPrefix> other) {
    return NetworkPrefix.between(one.networks(), other) == Separation.SAME_HOUSEHOLD;
  }

  /** How many more partners are needed, wherever they are. */
  public int more() {
    int byNumber = Math.max(0, wanted - partners);
    return byNumber == 0 && usable < spaceWanted ? 1 : byNumber;
  }

  /** How many more partners are needed in households where there is none yet. */
  public int elsewhere() {
    return Math.max(more(), wanted - places);
  }

  /** Whether nothing is lacking that must be there. */
  public boolean isMet() {
    return elsewhere() == 0;
  }

  /**
   * Whether enough is there to stop looking: of space a sixteenth more than is wanted, so that it
   * doesn't begin and end all the time.
   */
  public boolean isMetWell() {
    return isMet() && usable - usable / 16 >= spaceWanted;
  }
}
