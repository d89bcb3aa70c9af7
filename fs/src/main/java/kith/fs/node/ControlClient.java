package kith.fs.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import kith.codec.CorruptDataException;

/**
 * Asks the node of a home, a connection per question. Failures of the node come back as {@link
 * NodeException} with its code and words. For one thread.
 */
public final class ControlClient implements LimitOperations {
  private final Path socket;
  private final JsonMapper mapper = ControlJson.mapper();

  public ControlClient(Path socket) {
    this.socket = socket;
  }

  /** Whether somebody answers there. */
  public boolean isServed() throws NodeException {
    try (var connection = connect()) {
      return connection.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  public NodeStatus status() throws IOException, NodeException {
    return ask(Operation.STATUS, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  /** Of a broker. */
  public BrokerStatus brokerStatus() throws IOException, NodeException {
    return ask(Operation.BROKER, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public WaitResult waitSafe(Duration timeout, ProgressSink progress)
      throws IOException, NodeException {
    return ask(
        Operation.WAIT, new Operation.Wait(timeout), progress, type(new TypeReference<>() {}));
  }

  public SnapshotInfo snapshot(String name) throws IOException, NodeException {
    return ask(
        Operation.SNAPSHOT,
        new Operation.Named(name),
        ProgressSink.NONE,
        type(new TypeReference<>() {}));
  }

  public List<SnapshotInfo> snapshots() throws IOException, NodeException {
    return ask(Operation.SNAPSHOTS, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public void dropSnapshot(String name) throws IOException, NodeException {
    ask(Operation.DROP_SNAPSHOT, new Operation.Named(name), ProgressSink.NONE, result -> null);
  }

  public void holdSnapshot(String name, boolean held) throws IOException, NodeException {
    ask(Operation.HOLD_SNAPSHOT, new Operation.Hold(name, held), ProgressSink.NONE, result -> null);
  }

  public Invitation invite(InviteTerms terms) throws IOException, NodeException {
    return ask(Operation.INVITE, terms, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public PartnerInfo accept(String code, AcceptTerms terms) throws IOException, NodeException {
    return ask(
        Operation.ACCEPT,
        new Operation.Accept(code, terms),
        ProgressSink.NONE,
        type(new TypeReference<>() {}));
  }

  public List<InvitationInfo> invitations() throws IOException, NodeException {
    return ask(Operation.INVITATIONS, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public void revokeInvitation(String which) throws IOException, NodeException {
    ask(Operation.REVOKE_INVITATION, new Operation.Named(which), ProgressSink.NONE, result -> null);
  }

  public List<PartnerInfo> partners() throws IOException, NodeException {
    return ask(Operation.PARTNERS, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public List<CandidateInfo> candidates() throws IOException, NodeException {
    return ask(Operation.CANDIDATES, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public CapacityInfo capacity() throws IOException, NodeException {
    return ask(Operation.CAPACITY, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public List<KnownNodeInfo> knownNodes() throws IOException, NodeException {
    return ask(Operation.KNOWN, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public OfferResult offer(OfferTerms terms) throws IOException, NodeException {
    return ask(Operation.OFFER, terms, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public OfferResult amend(AmendTerms terms) throws IOException, NodeException {
    return ask(Operation.AMEND, terms, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public PartnerInfo leave(LeaveTerms terms) throws IOException, NodeException {
    return ask(Operation.LEAVE, terms, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  /** How the audits of one partner, or of all, ended. */
  public List<AuditResult> audit(String which) throws IOException, NodeException {
    var named = new Operation.Named(which);
    return ask(Operation.AUDIT, named, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  /**
   * Lets what is to be repaired be done, and waits for it.
   *
   * @param timeout how long at most; null for only looking
   */
  public RepairResult repair(Duration timeout, ProgressSink progress)
      throws IOException, NodeException {
    var repair = new Operation.Repair(timeout);
    return ask(Operation.REPAIR, repair, progress, type(new TypeReference<>() {}));
  }

  /**
   * Drops at partners what nothing needs.
   *
   * @param all whether to prepare what is too much at once
   * @param overrides of what was prepared before
   */
  public PruneInfo prune(boolean all, List<String> overrides) throws IOException, NodeException {
    var prune = new Operation.Prune(all, overrides);
    return ask(Operation.PRUNE, prune, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  /** Machines that want this one's place, as partners tell now. */
  public TakeoverInfo takeover() throws IOException, NodeException {
    return takeover(new Operation.Takeover(Operation.Takeover.Step.LOOK, null, null, null));
  }

  /**
   * Lets one take over.
   *
   * @param machine what its code begins with; null for the only one
   */
  public TakeoverInfo confirmTakeover(String machine) throws IOException, NodeException {
    return takeover(new Operation.Takeover(Operation.Takeover.Step.CONFIRM, machine, null, null));
  }

  /**
   * What the owner key is to sign so that machines are refused.
   *
   * @param machine what its code begins with; null for all
   */
  public TakeoverInfo prepareRefusal(String machine) throws IOException, NodeException {
    return takeover(new Operation.Takeover(Operation.Takeover.Step.PREPARE, machine, null, null));
  }

  /** Refuses one; both in hexadecimal digits. */
  public TakeoverInfo refuseTakeover(String word, String override)
      throws IOException, NodeException {
    return takeover(new Operation.Takeover(Operation.Takeover.Step.REFUSE, null, word, override));
  }

  private TakeoverInfo takeover(Operation.Takeover what) throws IOException, NodeException {
    return ask(Operation.TAKEOVER, what, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public FarewellInfo farewell(String record) throws IOException, NodeException {
    return ask(
        Operation.FAREWELL,
        new Operation.Named(record),
        ProgressSink.NONE,
        type(new TypeReference<>() {}));
  }

  public List<OfferInfo> offers() throws IOException, NodeException {
    return ask(Operation.OFFERS, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  /** The partner, or null if the offer is declined. */
  public PartnerInfo decide(String id, boolean agree, boolean force)
      throws IOException, NodeException {
    return ask(
        Operation.DECIDE,
        new Operation.Decide(id, agree, force),
        ProgressSink.NONE,
        type(new TypeReference<>() {}));
  }

  public WithdrawResult withdraw(String id) throws IOException, NodeException {
    return ask(
        Operation.WITHDRAW,
        new Operation.Named(id),
        ProgressSink.NONE,
        type(new TypeReference<>() {}));
  }

  public KitContents kitPartners() throws IOException, NodeException {
    return ask(Operation.KIT, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public ImportResult importFiles(ImportRequest request, ProgressSink progress)
      throws IOException, NodeException {
    return ask(Operation.IMPORT, request, progress, type(new TypeReference<>() {}));
  }

  public DrillResult drill(DrillRequest request, ProgressSink progress)
      throws IOException, NodeException {
    return ask(Operation.DRILL, request, progress, type(new TypeReference<>() {}));
  }

  public RestoreResult restore(RestoreRequest request, ProgressSink progress)
      throws IOException, NodeException {
    return ask(Operation.RESTORE, request, progress, type(new TypeReference<>() {}));
  }

  @Override
  public LimitsInfo limits() throws IOException, NodeException {
    return ask(Operation.LIMITS, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  @Override
  public LimitsInfo limit(LimitsInfo.Change change) throws IOException, NodeException {
    return ask(Operation.LIMIT, change, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  @Override
  public LimitsInfo pause(Duration time) throws IOException, NodeException {
    return ask(
        Operation.PAUSE,
        new Operation.Pause(time),
        ProgressSink.NONE,
        type(new TypeReference<>() {}));
  }

  @Override
  public LimitsInfo resume() throws IOException, NodeException {
    return ask(Operation.RESUME, null, ProgressSink.NONE, type(new TypeReference<>() {}));
  }

  public void unmount(ProgressSink progress) throws IOException, NodeException {
    ask(Operation.UNMOUNT, null, progress, result -> null);
  }

  public void shutdown(Duration atMost, ProgressSink progress) throws IOException, NodeException {
    ask(Operation.SHUTDOWN, new Operation.Shutdown(atMost), progress, result -> null);
  }

  private interface Reading<T> {
    T read(JsonNode result) throws IOException;
  }

  private <T> Reading<T> type(TypeReference<T> type) {
    return result -> mapper.convertValue(result, type);
  }

  private <T> T ask(Operation operation, Object arguments, ProgressSink progress, Reading<T> result)
      throws IOException, NodeException {
    var lines = new ControlLines(mapper);
    try (var connection = connect()) {
      lines.write(
          connection,
          new ControlMessage.Request(
              ControlMessage.VERSION, operation.word(), mapper.valueToTree(arguments)));
      return result.read(answer(connection, lines, progress));
    } catch (EOFException | SocketException e) {
      throw new NodeException(
          ExitCode.ERROR, "the node ended before it answered; its log says why", e);
    } catch (CorruptDataException | JsonProcessingException | IllegalArgumentException e) {
      throw new NodeException(
          ExitCode.ERROR,
          "the node's answer can't be read; is it of another version? " + e.getMessage(),
          e);
    }
  }

  private SocketChannel connect() throws IOException, NodeException {
    var address = ControlSocket.address(socket);
    if (!Files.exists(socket)) {
      throw notRunning(null);
    }
    try {
      return SocketChannel.open(address);
    } catch (ConnectException e) {
      throw notRunning(e);
    }
  }

  private NodeNotRunningException notRunning(IOException cause) {
    return new NodeNotRunningException(socket, cause);
  }

  /** The result, after any progress. */
  static JsonNode answer(ReadableByteChannel connection, ControlLines lines, ProgressSink progress)
      throws IOException, NodeException, CorruptDataException {
    while (true) {
      var reply = lines.read(connection, ControlMessage.Reply.class);
      if (reply.failed() != null) {
        throw new NodeException(reply.failed().code(), reply.failed().message());
      }
      if (reply.progress() == null) {
        return reply.result();
      }
      if (!progress.report(reply.progress())) {
        throw new NodeException(ExitCode.ERROR, "given up");
      }
    }
  }
}
