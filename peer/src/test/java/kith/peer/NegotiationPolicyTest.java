package kith.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;
import kith.codec.OwnerId;
import org.junit.jupiter.api.Test;

/** What becomes of offers, from what their receiver allows. */
final class NegotiationPolicyTest {
  private static final OwnerId ME = Messages.ALICE.owner();
  private static final OwnerId OTHER = Messages.BOB.owner();
  private static final long GIB = 1L << 30;

  private final NegotiationLimits limits =
      NegotiationLimits.of(true, AgreementSide.always(ME, "Alice", 10 * GIB));
  private final NegotiationPolicy policy = new NegotiationPolicy(limits);

  private static AgreementDraft draft(long theirs, long ours, AgreementTerms terms) {
    return new AgreementDraft(
        AgreementSide.always(OTHER, "Bob", theirs), AgreementSide.always(ME, "Alice", ours), terms);
  }

  private Decision first(AgreementDraft draft) {
    return policy.decide(
        draft, new NegotiationPolicy.Situation(Optional.empty(), 3, Long.MAX_VALUE));
  }

  private static DeclineReason reason(Decision decision) {
    return assertInstanceOf(Decision.Decline.class, decision).reason();
  }

  private static AgreementTerms terms(int grace, int commitment, boolean waived) {
    return new AgreementTerms(
        Duration.ofDays(grace), Duration.ofDays(commitment), waived, 20, 4, 48);
  }

  @Test
  void whatIsAllowedIsAccepted() {
    assertInstanceOf(
        Decision.Accept.class, first(draft(GIB, 10 * GIB, AgreementTerms.strangers())));
  }

  @Test
  void whatIsOutOfBoundsIsMovedIntoThem() {
    var counter =
        assertInstanceOf(
            Decision.Counter.class, first(draft(1000, 20 * GIB, terms(90, 200, true))));
    assertEquals(10 * GIB, counter.draft().sideOf(ME).space());
    assertEquals(NegotiationLimits.LEAST_SPACE, counter.draft().sideOf(OTHER).space());
    assertEquals(terms(60, 120, false), counter.draft().terms());
    assertInstanceOf(Decision.Accept.class, first(counter.draft()));
  }

  @Test
  void noSpaceIsDeclined() {
    assertEquals(DeclineReason.SPACE, reason(first(draft(0, GIB, AgreementTerms.strangers()))));
    assertEquals(DeclineReason.SPACE, reason(first(draft(GIB, 0, AgreementTerms.strangers()))));
  }

  @Test
  void schedulesWithNoCommonHourAreDeclined() {
    byte[] never = new byte[AgreementSide.SCHEDULE_BYTES];
    var asleep = new AgreementSide(OTHER, "Bob", GIB, never, 0, 0);
    var draft =
        new AgreementDraft(
            asleep, AgreementSide.always(ME, "Alice", GIB), AgreementTerms.strangers());
    assertEquals(DeclineReason.SCHEDULE, reason(first(draft)));
  }

  @Test
  void bandwidthThatContradictsItselfIsDeclined() {
    var side = AgreementSide.always(OTHER, "Bob", GIB);
    var odd = new AgreementSide(OTHER, "Bob", GIB, side.schedule(), 200, 100);
    var draft =
        new AgreementDraft(odd, AgreementSide.always(ME, "Alice", GIB), AgreementTerms.strangers());
    assertEquals(DeclineReason.CONTRADICTION, reason(first(draft)));
  }

  @Test
  void whoPromisesTooLittleBandwidthIsDeclined() {
    var wishing =
        new NegotiationPolicy(
            new NegotiationLimits(
                true,
                9,
                limits.most(),
                1,
                limits.leastGrace(),
                limits.mostGrace(),
                limits.mostCommitment(),
                limits.terms(),
                1,
                100));
    var alone = new NegotiationPolicy.Situation(Optional.empty(), 0, Long.MAX_VALUE);
    AgreementDraft draft = draft(GIB, GIB, AgreementTerms.strangers());
    assertEquals(DeclineReason.BANDWIDTH, reason(wishing.decide(draft, alone)));
    var fast = new AgreementSide(OTHER, "Bob", GIB, draft.proposer().schedule(), 50, 100);
    var promised = new AgreementDraft(fast, draft.acceptor(), draft.terms());
    assertInstanceOf(Decision.Accept.class, wishing.decide(promised, alone));
  }

  @Test
  void anAmendmentDoesNotShortenACommitment() {
    var now =
        new Agreement(
            new AgreementId(new byte[16]),
            1,
            AgreementSide.always(OTHER, "Bob", GIB),
            AgreementSide.always(ME, "Alice", GIB),
            AgreementTerms.strangers(),
            Instant.EPOCH);
    var with = new NegotiationPolicy.Situation(Optional.of(now), 3, Long.MAX_VALUE);
    assertInstanceOf(
        Decision.Hold.class, policy.decide(draft(GIB, GIB, terms(20, 27, false)), with));
    assertInstanceOf(
        Decision.Accept.class, policy.decide(draft(GIB, GIB, terms(20, 28, false)), with));
  }

  @Test
  void strangersAreDeclinedWhereTheyAreNotWantedOrEnough() {
    var closed = new NegotiationPolicy(NegotiationLimits.of(false, limits.most()));
    var draft = draft(GIB, GIB, AgreementTerms.strangers());
    var alone = new NegotiationPolicy.Situation(Optional.empty(), 0, Long.MAX_VALUE);
    assertEquals(DeclineReason.STRANGER, reason(closed.decide(draft, alone)));
    var many =
        new NegotiationPolicy.Situation(Optional.empty(), limits.mostPartners(), Long.MAX_VALUE);
    assertEquals(DeclineReason.STRANGER, reason(policy.decide(draft, many)));
  }

  private Decision amended(AgreementDraft draft) {
    var now =
        new Agreement(
            new AgreementId(new byte[16]),
            1,
            AgreementSide.always(OTHER, "Bob", 5 * GIB),
            AgreementSide.always(ME, "Alice", 20 * GIB),
            AgreementTerms.friends(),
            Instant.EPOCH);
    return policy.decide(
        draft, new NegotiationPolicy.Situation(Optional.of(now), 3, Long.MAX_VALUE));
  }

  @Test
  void anAmendmentThatTakesNothingIsAccepted() {
    AgreementTerms friends = AgreementTerms.friends();
    assertInstanceOf(Decision.Accept.class, amended(draft(5 * GIB, 20 * GIB, friends)));
    assertInstanceOf(Decision.Accept.class, amended(draft(6 * GIB, GIB, friends)));
  }

  @Test
  void anAmendmentThatTakesSomethingWaitsForAPerson() {
    AgreementTerms friends = AgreementTerms.friends();
    assertInstanceOf(Decision.Hold.class, amended(draft(4 * GIB, 20 * GIB, friends)));
    assertInstanceOf(Decision.Hold.class, amended(draft(5 * GIB, 21 * GIB, friends)));
    assertInstanceOf(Decision.Hold.class, amended(draft(5 * GIB, GIB, terms(21, 28, false))));
  }

  @Test
  void twoWhoseBoundsOverlapAgreeAfterOneCounterOffer() {
    for (long seed = 0; seed < 2000; seed++) {
      RandomGenerator random = Shards.random(seed);
      long mineMost = 1 + random.nextLong(1000) + NegotiationLimits.LEAST_SPACE;
      long othersMost = 1 + random.nextLong(1000) + NegotiationLimits.LEAST_SPACE;
      var mine =
          new NegotiationPolicy(
              NegotiationLimits.of(true, AgreementSide.always(ME, "Alice", mineMost)));
      var others =
          new NegotiationPolicy(
              NegotiationLimits.of(true, AgreementSide.always(OTHER, "Bob", othersMost)));
      var strangers = new NegotiationPolicy.Situation(Optional.empty(), 0, Long.MAX_VALUE);
      var offer =
          draft(
              othersMost,
              NegotiationLimits.LEAST_SPACE + random.nextLong(2 * mineMost),
              terms(random.nextInt(100), 101 + random.nextInt(300), random.nextBoolean()));
      Decision answer = mine.decide(offer, strangers);
      assertEquals(answer, mine.decide(offer, strangers), "seed " + seed);
      if (answer instanceof Decision.Counter counter) {
        Decision end = others.decide(counter.draft(), strangers);
        assertInstanceOf(Decision.Accept.class, end, "seed " + seed);
      } else {
        assertTrue(answer instanceof Decision.Accept, "seed " + seed);
      }
    }
  }
}
