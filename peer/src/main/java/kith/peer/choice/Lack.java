package kith.peer.choice;

import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
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
 */
public record Lack(int wanted, int partners, int places, long spaceWanted, long usable) {
  /** Where no number of partners would meet the target, as many as make a difference. */
  private static final int AS_MANY_AS_HELP = Growth.BY_NUMBER.wanted().orElseThrow();

  private static final int HOLDERS_WITHOUT_SPARE = 3;

  /** For the sake of different systems no more partners than these are looked for. */
  private static final int MOST_UNLIKE = AS_MANY_AS_HELP + 3;

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
    OptionalInt wanted = fixed == null ? growth.wanted() : OptionalInt.of(withSpare(fixed.n()));
    var code = fixed == null ? growth.codeFor(there.size()) : java.util.Optional.of(fixed);
    List<Long> spaces = there.stream().map(partner -> partner.space().offered()).toList();
    return new Lack(
        Math.max(wanted.orElse(AS_MANY_AS_HELP), code.map(by -> unlike(by, there)).orElse(0)),
        there.size(),
        places(here, there),
        spaceWanted,
        UsableSpace.of(spaces, code));
  }

  /**
   * How many partners there would be with as many more of other systems as it takes for none to
   * have too many shards of a pack. Where all run on one nobody else may be to be found; who has
   * not told yet what he runs on is no reason to look on.
   */
  private static int unlike(CodeParameters code, List<Candidate> there) {
    Map<OperatingSystem, Long> systems =
        there.stream()
            .filter(one -> !one.machine().equals(MachineKind.UNKNOWN))
            .collect(groupingBy(one -> one.machine().operatingSystem(), Collectors.counting()));
    long most = systems.values().stream().mapToLong(Long::longValue).max().orElse(0);
    long over = code.n() - (there.size() - most) - Separating.mostAlike(code);
    return systems.size() < 2 || over <= 0 ? 0 : (int) Math.min(MOST_UNLIKE, there.size() + over);
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

  /** Whether nothing is lacking. */
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
