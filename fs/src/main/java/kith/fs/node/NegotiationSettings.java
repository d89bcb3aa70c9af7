package kith.fs.node;

import static kith.fs.node.NodeConfig.require;

import kith.codec.OwnerId;
import kith.peer.NegotiationLimits;
import kith.peer.choice.Schedule;

/**
 * What is agreed to without asking a person; null stands for the default.
 *
 * @param strangers whether offers of nodes that have no invitation are considered; if the node
 *     itself looks for partners, by default
 * @param mostPartners with so many partners no stranger is taken any more
 * @param mostSpace that is kept for one partner
 * @param leastSpace that a stranger must keep at least
 * @param commonHours of the week in which both must be on-line
 * @param meanPerSecond bytes that a stranger must promise on average; 0: he need not promise any
 */
public record NegotiationSettings(
    Boolean strangers,
    Integer mostPartners,
    ByteSize mostSpace,
    ByteSize leastSpace,
    Integer commonHours,
    ByteSize meanPerSecond) {
  private static final int MOST_PARTNERS = 1000;

  public NegotiationSettings {
    mostPartners = mostPartners == null ? 20 : mostPartners;
    leastSpace = leastSpace == null ? new ByteSize(NegotiationLimits.LEAST_SPACE) : leastSpace;
    commonHours = commonHours == null ? 1 : commonHours;
    meanPerSecond = meanPerSecond == null ? new ByteSize(0) : meanPerSecond;
    require(
        mostPartners >= 1 && mostPartners <= MOST_PARTNERS,
        "'negotiation.mostPartners' is " + mostPartners + ": give a number from 1 to 1000");
    require(
        commonHours >= 1 && commonHours <= Schedule.HOURS,
        "'negotiation.commonHours' is " + commonHours + ": a week has 168");
    require(
        leastSpace.bytes() >= NegotiationLimits.LEAST_SPACE,
        "'negotiation.leastSpace' is under 1 MiB: nothing fits into that, give more");
    require(
        mostSpace == null || mostSpace.bytes() >= NegotiationLimits.LEAST_SPACE,
        "'negotiation.mostSpace' is under 1 MiB: nothing fits into that, give more");
  }

  static NegotiationSettings none() {
    return new NegotiationSettings(null, null, null, null, null, null);
  }

  /**
   * @param self whose limits they are
   * @param config with what is kept for one partner if nothing is said here, and when it is there
   */
  NegotiationLimits limits(OwnerId self, NodeConfig config) {
    long most = (mostSpace == null ? config.spacePerPartner() : mostSpace).bytes();
    String said = config.finding().name();
    String name = said.isEmpty() ? self.brief() : said;
    boolean strangersToo = config.takesStrangers();
    NegotiationLimits usual =
        NegotiationLimits.of(strangersToo, config.partners().presence().side(self, name, most));
    return new NegotiationLimits(
        strangersToo,
        mostPartners,
        usual.most(),
        leastSpace.bytes(),
        usual.leastGrace(),
        usual.mostGrace(),
        usual.mostCommitment(),
        usual.terms(),
        commonHours,
        meanPerSecond.bytes());
  }
}
