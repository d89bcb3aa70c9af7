package kith.fs.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kith.peer.NegotiationLimits;
import kith.peer.PartnerSearch;
import kith.peer.SearchMemory;
import kith.peer.choice.Lack;
import kith.peer.choice.SearchPlan;

/** Says in plain words whom the node looks for, and why nobody is found. Asks no partner. */
final class SearchReport {
  private static final int MOST_ASKED = 20;

  private final boolean on;
  private final boolean brokers;
  private final PartnerSearch search;
  private final SearchMemory memory;
  private final Supplier<String> noMore;

  /**
   * @param config whether it looks for partners by itself, and has brokers
   * @param noMore why the partners that there are give no more space; empty if they were not asked
   */
  SearchReport(
      NodeConfig config, PartnerSearch search, SearchMemory memory, Supplier<String> noMore) {
    this.on = config.seeks();
    this.brokers = !config.finding().brokers().isEmpty();
    this.search = search;
    this.memory = memory;
    this.noMore = noMore;
  }

  SearchInfo info() throws IOException {
    PartnerSearch.State state = search.state();
    Lack lack = state.group().lack();
    SearchPlan plan = state.plan();
    Map<String, Integer> refused = new LinkedHashMap<>();
    plan.refused().forEach((criterion, count) -> refused.put(criterion.word(), count));
    List<SearchMemory.Resting> resting = memory.all();
    return new SearchInfo(
        on,
        on && state.seeking(),
        lack.wanted(),
        lack.partners(),
        lack.places(),
        lack.spaceWanted(),
        lack.usable(),
        state.known(),
        plan.able(),
        plan.resting(),
        plan.near(),
        state.open(),
        state.share(),
        refused,
        resting.stream().limit(MOST_ASKED).map(SearchReport::asked).toList(),
        text(state, resting));
  }

  private static SearchInfo.Asked asked(SearchMemory.Resting one) {
    return new SearchInfo.Asked(
        one.owner().toString(), one.rest().why(), one.rest().times(), one.rest().until());
  }

  private String text(PartnerSearch.State state, List<SearchMemory.Resting> resting) {
    Lack lack = state.group().lack();
    String have = have(lack) + asked(lack);
    if (!on) {
      return have
          + "; the node looks for nobody: a broker in 'finding.brokers', or"
          + " 'partners.seek', lets it";
    }
    if (!state.seeking()) {
      return have + (lack.isMet() ? ": enough" + unlike(lack) : ": more are looked for soon");
    }
    List<String> why = new ArrayList<>();
    why.add(have + ": " + are(lack.elsewhere(), "more") + " looked for" + where(lack));
    explain(state, resting, why);
    return String.join("; ", why);
  }

  private String asked(Lack lack) {
    return lack.usable() >= lack.spaceWanted()
        ? ""
        : "; partners are asked for more space"
            + (noMore.get().isEmpty() ? "" : " (" + noMore.get() + ")");
  }

  private static String have(Lack lack) {
    String space =
        lack.usable() - lack.usable() / 16 >= lack.spaceWanted()
            ? ""
            : ", with room for "
                + ByteSize.show(lack.usable())
                + " of "
                + ByteSize.show(lack.spaceWanted());
    return lack.partners()
        + (lack.partners() == 1 ? " partner in " : " partners in ")
        + lack.places()
        + (lack.places() == 1 ? " other household" : " other households")
        + space
        + ", "
        + lack.wanted()
        + " wanted";
  }

  private static String unlike(Lack lack) {
    return lack.unlike() == 0
        ? ""
        : ", and " + lack.unlike() + " more on other operating systems would be taken";
  }

  private static String are(int count, String what) {
    return count + (what.isEmpty() ? "" : " " + what) + (count == 1 ? " is" : " are");
  }

  private static String where(Lack lack) {
    return lack.more() == 0 ? ", in households where there is none" : "";
  }

  private void explain(
      PartnerSearch.State state, List<SearchMemory.Resting> resting, List<String> why) {
    if (state.share() < NegotiationLimits.LEAST_SPACE) {
      why.add(
          "but all that may be kept for others is promised: raise 'finding.offered', or make"
              + " room on the disk");
    }
    if (state.group().there().size() >= state.group().most()) {
      why.add("but 'negotiation.mostPartners' are there");
    }
    if (state.known() == 0) {
      why.add(
          brokers
              ? "no other node is known yet: brokers and partners are asked every few minutes"
              : "no other node is known: name a broker in 'finding.brokers', or invite somebody");
    }
    if (state.open() > 0) {
      why.add(
          are(state.open(), state.open() == 1 ? "offer" : "offers")
              + " not answered (kith partner offers)");
    }
    explain(state.plan(), resting, why);
  }

  private static void explain(
      SearchPlan plan, List<SearchMemory.Resting> resting, List<String> why) {
    if (!plan.next().isEmpty()) {
      why.add(are(plan.next().size(), "") + " asked next");
    }
    if (plan.near() > 0) {
      why.add(are(plan.near(), "") + " near you or a partner, and asked if nobody else is found");
    }
    if (!plan.refused().isEmpty()) {
      why.add(
          plan.refused().entrySet().stream()
              .map(each -> each.getValue() + " for " + each.getKey().word())
              .collect(Collectors.joining(", ", "refused are ", " (kith partner candidates)")));
    }
    if (plan.resting() > 0 && !resting.isEmpty()) {
      SearchMemory.Resting first = resting.get(0);
      why.add(
          plan.resting()
              + " said no or nothing, the first is left in peace until "
              + first.rest().until()
              + " ("
              + first.rest().why()
              + ")");
    }
  }
}
