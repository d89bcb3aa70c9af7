package kith.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kith.peer.choice.ShownSize;

/**
 * Says what becomes of an offer, from what this node's owner allows: the same for the same inputs,
 * and with no other effect. Towards a stranger each number is moved into our bounds by the least,
 * so that two nodes whose bounds overlap agree after one counter-offer. Immutable.
 */
public final class NegotiationPolicy {
  /** Most offers in one negotiation, the first included. */
  public static final int MAX_ROUNDS = 4;

  private final NegotiationLimits limits;

  public NegotiationPolicy(NegotiationLimits limits) {
    this.limits = limits;
  }

  NegotiationLimits limits() {
    return limits;
  }

  /**
   * What there is between the two already.
   *
   * @param now their agreement; empty between strangers
   * @param partners how many this node has
   * @param room bytes that may be kept for this one in all
   */
  public record Situation(Optional<Agreement> now, int partners, long room) {}

  /** Decides about a draft in which this node is one of the two sides. */
  public Decision decide(AgreementDraft draft, Situation situation) {
    AgreementSide ours = draft.sideOf(limits.most().owner());
    AgreementSide theirs = draft.otherThan(limits.most().owner());
    if (ours.space() < 1 || theirs.space() < 1) {
      return no(DeclineReason.SPACE, "an agreement is about some space each way, not 0 bytes");
    }
    if (contradicts(ours) || contradicts(theirs)) {
      return no(
          DeclineReason.CONTRADICTION, "the bandwidth at any time is more than that on average");
    }
    int hours = limits.most().commonHours(theirs);
    if (hours < limits.commonHours()) {
      return no(
          DeclineReason.SCHEDULE,
          "both would be on-line together for "
              + hours
              + " hours a week, and "
              + limits.commonHours()
              + " are needed");
    }
    return situation.now().isPresent()
        ? amendment(draft, situation.now().get(), situation.room())
        : first(draft, situation);
  }

  private static boolean contradicts(AgreementSide side) {
    return side.meanBandwidth() > 0 && side.leastBandwidth() > side.meanBandwidth();
  }

  private static Decision no(DeclineReason reason, String message) {
    return new Decision.Decline(reason, message);
  }

  /** What we state of ourselves, with so much space. */
  private AgreementSide stated(long space) {
    return limits.most().withSpace(space);
  }

  private Decision first(AgreementDraft draft, Situation situation) {
    int partners = situation.partners();
    if (!limits.strangers()) {
      return no(DeclineReason.STRANGER, "this node makes agreements by invitation only");
    }
    if (partners >= limits.mostPartners()) {
      return no(DeclineReason.STRANGER, "this node has " + partners + " partners: enough");
    }
    AgreementSide theirs = draft.otherThan(limits.most().owner());
    if (theirs.meanBandwidth() < limits.meanBandwidth()) {
      return no(
          DeclineReason.BANDWIDTH,
          theirs.meanBandwidth() + " bytes a second are under " + limits.meanBandwidth());
    }
    if (situation.room() < NegotiationLimits.LEAST_SPACE) {
      return no(DeclineReason.SPACE, "this node has promised all that it can give back");
    }
    return accommodated(draft, Math.min(situation.room(), limits.most().space()));
  }

  private Decision accommodated(AgreementDraft draft, long most) {
    AgreementSide ours = draft.sideOf(limits.most().owner());
    AgreementSide theirs = draft.otherThan(limits.most().owner());
    var why = new ArrayList<String>();
    long forUs = Math.max(theirs.space(), limits.leastForUs());
    long forThem = Math.min(ours.space(), most);
    if (forUs != theirs.space()) {
      why.add("at least " + ShownSize.of(forUs) + " must be kept for this node");
    }
    if (forThem != ours.space()) {
      why.add("this node keeps at most " + ShownSize.of(forThem) + " for one partner");
    }
    AgreementSide stated = stated(forThem);
    if (!stated.equals(ours.withSpace(forThem))) {
      why.add("this node states another schedule, bandwidth or name");
    }
    AgreementTerms terms = terms(draft.terms(), why);
    return why.isEmpty()
        ? new Decision.Accept()
        : new Decision.Counter(
            draft.with(stated, theirs.withSpace(forUs), terms), String.join("; ", why));
  }

  private AgreementTerms terms(AgreementTerms offered, List<String> why) {
    Duration grace = within(offered.grace(), limits.leastGrace(), limits.mostGrace());
    Duration commitment = offered.commitment();
    if (commitment.compareTo(grace) <= 0) {
      commitment = grace.plus(limits.terms().commitment()).minus(limits.terms().grace());
    }
    commitment = within(commitment, limits.terms().commitment(), limits.mostCommitment());
    if (!grace.equals(offered.grace()) || !commitment.equals(offered.commitment())) {
      why.add(
          "grace of " + grace.toDays() + " days, commitment of " + commitment.toDays() + " days");
    }
    if (offered.commitmentWaived()) {
      why.add("the commitment is waived among friends only");
    }
    AgreementTerms most = limits.terms();
    if (!isModest(offered)) {
      why.add("less is read back");
    }
    return new AgreementTerms(
        grace,
        commitment,
        false,
        allowance(offered) <= allowance(most)
            ? offered.courtesyPerMille()
            : most.courtesyPerMille(),
        Math.min(offered.restoresPerYear(), most.restoresPerYear()),
        Math.min(offered.auditsPerDay(), most.auditsPerDay()));
  }

  private boolean isModest(AgreementTerms offered) {
    AgreementTerms most = limits.terms();
    return allowance(offered) <= allowance(most)
        && offered.restoresPerYear() <= most.restoresPerYear()
        && offered.auditsPerDay() <= most.auditsPerDay();
  }

  private static int allowance(AgreementTerms terms) {
    return terms.courtesyPerMille() == AgreementTerms.UNLIMITED
        ? Integer.MAX_VALUE
        : terms.courtesyPerMille();
  }

  private static Duration within(Duration value, Duration least, Duration most) {
    return value.compareTo(least) < 0 ? least : value.compareTo(most) > 0 ? most : value;
  }

  /**
   * Partners get what the configuration allows, can be given back, and takes nothing from us; else
   * a person decides.
   */
  private Decision amendment(AgreementDraft draft, Agreement now, long room) {
    AgreementSide ours = draft.sideOf(limits.most().owner());
    AgreementSide theirs = draft.otherThan(limits.most().owner());
    AgreementSide oursNow = now.sideOf(ours.owner());
    AgreementSide theirsNow = now.sideOf(theirs.owner());
    AgreementSide named = stated(ours.space()).named(oursNow.name());
    if (!named.equals(ours)) {
      return new Decision.Counter(
          draft.with(named, theirs, draft.terms()),
          "this node states another schedule, bandwidth or name");
    }
    if (ours.space() > Math.max(limits.most().space(), oursNow.space())) {
      return new Decision.Hold(
          ShownSize.of(ours.space())
              + " are more than the "
              + ShownSize.of(limits.most().space())
              + " set aside");
    }
    if (ours.space() > Math.max(room, oursNow.space())) {
      return new Decision.Hold(
          ShownSize.of(ours.space())
              + " are more than the "
              + ShownSize.of(room)
              + " that could be given back");
    }
    if (theirs.space() < theirsNow.space()) {
      return new Decision.Hold(
          "this node would have only "
              + ShownSize.of(theirs.space())
              + " there in place of "
              + ShownSize.of(theirsNow.space()));
    }
    if (!draft.terms().equals(now.terms()) && !isUsual(draft.terms(), now.terms())) {
      return new Decision.Hold("the terms are not what this node agrees to by itself");
    }
    return new Decision.Accept();
  }

  private boolean isUsual(AgreementTerms offered, AgreementTerms now) {
    return offered.commitmentWaived() == now.commitmentWaived()
        && within(offered.grace(), limits.leastGrace(), limits.mostGrace()).equals(offered.grace())
        && offered.commitment().compareTo(limits.mostCommitment()) <= 0
        && (now.commitmentWaived() || offered.commitment().compareTo(now.commitment()) >= 0)
        && allowance(offered) <= Math.max(allowance(now), allowance(limits.terms()))
        && offered.restoresPerYear()
            <= Math.max(now.restoresPerYear(), limits.terms().restoresPerYear())
        && offered.auditsPerDay() <= Math.max(now.auditsPerDay(), limits.terms().auditsPerDay());
  }
}
