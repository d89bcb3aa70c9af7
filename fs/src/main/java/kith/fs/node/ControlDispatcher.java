package kith.fs.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import kith.codec.CorruptDataException;
import kith.codec.KithException;

/** From a request to the call on the node, and back to what is sent. Safe for any threads. */
final class ControlDispatcher {
  private final ControlOperations operations;
  private final JsonMapper mapper;

  ControlDispatcher(ControlOperations operations, JsonMapper mapper) {
    this.operations = operations;
    this.mapper = mapper;
  }

  /** What the operation returned, or null if it returns nothing. */
  Object call(ControlMessage.Request request, ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException {
    if (request.version() != ControlMessage.VERSION) {
      throw new NodeException(
          ExitCode.ERROR,
          "the running node speaks control version "
              + ControlMessage.VERSION
              + ", and was asked in version "
              + request.version()
              + ": stop it and start it with the Kith that you call now");
    }
    var operation =
        Operation.of(request.operation())
            .orElseThrow(
                () ->
                    new NodeException(
                        ExitCode.ERROR, "no node knows how to '" + request.operation() + "'"));
    operations.asked();
    if (operation == Operation.STATUS) {
      return operations.status();
    }
    if (operation == Operation.SHUTDOWN) {
      operations.shutdown(arguments(request, Operation.Shutdown.class).atMost(), progress);
      return null;
    }
    if (operation == Operation.BROKER) {
      return broker().brokerStatus();
    }
    return call(node(operation), operation, request, progress);
  }

  private RunningBroker broker() throws NodeException {
    if (operations instanceof RunningBroker broker) {
      return broker;
    }
    throw new NodeException(ExitCode.ERROR, "this is no broker: 'kith status' shows what it is");
  }

  private NodeOperations node(Operation operation) throws NodeException {
    if (operations instanceof NodeOperations node) {
      return node;
    }
    if (operations instanceof RunningBroker) {
      throw new NodeException(
          ExitCode.NOT_PERMITTED, "this is a broker: it can't do '" + operation.word() + "'");
    }
    throw new NodeException(
        ExitCode.NOT_PERMITTED,
        "this is the read-only view of a recovery: it can't do '" + operation.word() + "'");
  }

  private Object call(
      NodeOperations node,
      Operation operation,
      ControlMessage.Request request,
      ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException {
    return switch (operation) {
      case STATUS, BROKER, SHUTDOWN -> throw new AssertionError("answered already");
      case WAIT -> node.waitSafe(arguments(request, Operation.Wait.class).timeout(), progress);
      case SNAPSHOT -> node.snapshot(arguments(request, Operation.Named.class).name());
      case SNAPSHOTS -> node.snapshots();
      case PARTNERS -> node.partners();
      case CANDIDATES -> node.candidates();
      case CAPACITY -> node.capacity();
      case KNOWN -> node.knownNodes();
      case KIT -> node.kitPartners();
      case IMPORT -> node.importFiles(arguments(request, ImportRequest.class), progress);
      case RESTORE -> node.restore(arguments(request, RestoreRequest.class), progress);
      case DRILL -> node.drill(arguments(request, DrillRequest.class), progress);
      case INVITE -> node.invite(arguments(request, InviteTerms.class));
      case ACCEPT -> accept(node, arguments(request, Operation.Accept.class));
      case INVITATIONS -> node.invitations();
      case OFFER -> node.offer(arguments(request, OfferTerms.class));
      case AMEND -> node.amend(arguments(request, AmendTerms.class));
      case LEAVE -> node.leave(arguments(request, LeaveTerms.class));
      case AUDIT -> node.audit(arguments(request, Operation.Named.class).name());
      case REPAIR -> node.repair(arguments(request, Operation.Repair.class).timeout(), progress);
      case PRUNE -> prune(node, arguments(request, Operation.Prune.class));
      case TAKEOVER -> node.takeover(arguments(request, Operation.Takeover.class));
      case FAREWELL -> node.farewell(arguments(request, Operation.Named.class).name());
      case OFFERS -> node.offers();
      case DECIDE -> decide(node, arguments(request, Operation.Decide.class));
      case WITHDRAW -> node.withdraw(arguments(request, Operation.Named.class).name());
      case LIMITS, LIMIT, PAUSE, RESUME -> limits(node, operation, request);
      case DROP_SNAPSHOT, HOLD_SNAPSHOT, REVOKE_INVITATION, UNMOUNT -> {
        run(node, operation, request, progress);
        yield null;
      }
    };
  }

  private LimitsInfo limits(
      NodeOperations node, Operation operation, ControlMessage.Request request)
      throws IOException, KithException, NodeException {
    return switch (operation) {
      case LIMITS -> node.limits();
      case LIMIT -> node.limit(arguments(request, LimitsInfo.Change.class));
      case PAUSE -> node.pause(arguments(request, Operation.Pause.class).time());
      case RESUME -> node.resume();
      default -> throw new AssertionError(operation + " is no limit");
    };
  }

  /** What has no answer but that it is done. */
  private void run(
      NodeOperations node,
      Operation operation,
      ControlMessage.Request request,
      ProgressSink progress)
      throws IOException, KithException, NodeException, InterruptedException {
    switch (operation) {
      case DROP_SNAPSHOT -> node.dropSnapshot(arguments(request, Operation.Named.class).name());
      case HOLD_SNAPSHOT -> {
        var hold = arguments(request, Operation.Hold.class);
        node.holdSnapshot(hold.name(), hold.held());
      }
      case REVOKE_INVITATION ->
          node.revokeInvitation(arguments(request, Operation.Named.class).name());
      case UNMOUNT -> node.unmount(progress);
      default -> throw new AssertionError(operation + " has an answer");
    }
  }

  private static PartnerInfo accept(NodeOperations node, Operation.Accept accept)
      throws IOException, KithException, NodeException {
    return node.accept(accept.code(), accept.terms());
  }

  private static PruneInfo prune(NodeOperations node, Operation.Prune prune)
      throws IOException, KithException, NodeException {
    return node.prune(prune.all(), prune.overrides());
  }

  private static PartnerInfo decide(NodeOperations node, Operation.Decide decide)
      throws IOException, KithException, NodeException {
    return node.decide(decide.id(), decide.agree(), decide.force());
  }

  private static String reason(Exception failure) {
    return failure instanceof JsonProcessingException json
        ? json.getOriginalMessage()
        : failure.getMessage();
  }

  private <T> T arguments(ControlMessage.Request request, Class<T> type)
      throws CorruptDataException {
    try {
      T arguments = mapper.treeToValue(request.arguments(), type);
      if (arguments == null) {
        throw new CorruptDataException("'" + request.operation() + "' without its arguments");
      }
      return arguments;
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new CorruptDataException(
          "the arguments of '" + request.operation() + "' are wrong: " + reason(e), e);
    }
  }
}
