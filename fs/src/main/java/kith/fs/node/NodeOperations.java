package kith.fs.node;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import kith.codec.KithException;

/**
 * What the command line asks of a running node. Called by several threads at once. Failures that a
 * person can do something about are {@link NodeException} with the exit code; the others are mapped
 * by {@link Failures}.
 */
public interface NodeOperations extends ControlOperations, LimitOperations {
  /**
   * Publishes a live root and waits until all that was written before the call is safe, or locked.
   *
   * @param timeout how long at most; then {@link ExitCode#NOT_YET_SAFE}
   */
  WaitResult waitSafe(Duration timeout, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException;

  /**
   * Takes a snapshot; durable on this machine when it returns.
   *
   * @param name its folder name, or null for the time in UTC
   */
  SnapshotInfo snapshot(String name) throws IOException, KithException, NodeException;

  /** All of them, oldest first. */
  List<SnapshotInfo> snapshots() throws IOException, KithException, NodeException;

  /** Forgets a snapshot; an unknown name is an error. */
  void dropSnapshot(String name) throws IOException, KithException, NodeException;

  /** Keeps a snapshot from being dropped, or lets it go again; an unknown name is an error. */
  void holdSnapshot(String name, boolean held) throws IOException, KithException, NodeException;

  /** Makes a one-time code. */
  Invitation invite(InviteTerms terms) throws IOException, KithException, NodeException;

  /** Uses a code of another node; returns when the agreement is signed and stored by both. */
  PartnerInfo accept(String code, AcceptTerms terms)
      throws IOException, KithException, NodeException;

  /** The invitations that this node has given out. */
  List<InvitationInfo> invitations() throws IOException, KithException, NodeException;

  /**
   * Withdraws an invitation that was not used; none of that name is an error.
   *
   * @param which its number or id
   */
  void revokeInvitation(String which) throws IOException, KithException, NodeException;

  /** Everyone with whom there is an agreement. */
  List<PartnerInfo> partners() throws IOException, KithException, NodeException;

  /** How everybody who could be a partner, or is one, does by each criterion; the best first. */
  List<CandidateInfo> candidates() throws IOException, KithException, NodeException;

  /** What may be kept for others. */
  CapacityInfo capacity() throws IOException, KithException, NodeException;

  /** Other nodes that this one has heard of, partners first, at most a thousand. */
  List<KnownNodeInfo> knownNodes() throws IOException, KithException, NodeException;

  /** Offers an agreement to a node that has no invitation; returns when both have stored it. */
  OfferResult offer(OfferTerms terms) throws IOException, KithException, NodeException;

  /** Offers a partner other terms. */
  OfferResult amend(AmendTerms terms) throws IOException, KithException, NodeException;

  /**
   * Ends a partnership in order, or withdraws the notice.
   *
   * @return the partner as it is then
   */
  PartnerInfo leave(LeaveTerms terms) throws IOException, KithException, NodeException;

  /**
   * Audits a partner, or all, now.
   *
   * @param which name, or the beginning of the owner id; null for all
   */
  List<AuditResult> audit(String which) throws IOException, KithException, NodeException;

  /**
   * Lets what is to be repaired be done at once, and waits for it.
   *
   * @param timeout how long at most, then {@link ExitCode#NOT_YET_SAFE}; null for only looking
   */
  RepairResult repair(Duration timeout, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException;

  /**
   * Drops at partners what nothing needs, as much as they let go now.
   *
   * @param all whether to prepare the rest, to be signed by the owner key
   * @param overrides of what the last call prepared, in hexadecimal digits
   */
  PruneInfo prune(boolean all, List<String> overrides)
      throws IOException, KithException, NodeException;

  /** Looks after machines that want to take this one's place, and agrees or refuses. */
  TakeoverInfo takeover(Operation.Takeover what) throws IOException, KithException, NodeException;

  /**
   * Tells all partners that this owner is gone for good, or is not after all.
   *
   * @param record signed by the owner key, in hexadecimal digits
   */
  FarewellInfo farewell(String record) throws IOException, KithException, NodeException;

  /** The offers that are not decided. */
  List<OfferInfo> offers() throws IOException, KithException, NodeException;

  /**
   * Agrees to an offer that waits here, or declines it.
   *
   * @param force agree although it is more than the uplink could give back
   * @return the partner, or null if it is declined
   */
  PartnerInfo decide(String id, boolean agree, boolean force)
      throws IOException, KithException, NodeException;

  /**
   * Takes an offer of this node's back.
   *
   * @param id as {@link #offers} says
   */
  WithdrawResult withdraw(String id) throws IOException, KithException, NodeException;

  /** What the kit says beside the secret. */
  KitContents kitPartners() throws IOException, KithException, NodeException;

  /**
   * Brings files of this machine into the mounted drive; all that was brought is durable on this
   * machine when it returns.
   */
  ImportResult importFiles(ImportRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException;

  /**
   * Restores files of a snapshot to this machine; what was restored survives a power loss when it
   * returns.
   */
  RestoreResult restore(RestoreRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException;

  /** Restores files drawn at random from the partners alone, and compares them. */
  DrillResult drill(DrillRequest request, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException;

  /** Unmounts the drive and keeps serving partners; nothing happens if it isn't mounted. */
  void unmount(ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException;
}
