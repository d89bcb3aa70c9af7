package kith.fs.cli;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import kith.codec.WrongKeyException;
import kith.fs.Kit;
import kith.fs.node.Amount;
import kith.fs.node.BrokerStart;
import kith.fs.node.ExitCode;
import kith.fs.node.FakeNode;
import kith.fs.node.NodeException;
import kith.fs.node.NodeFactory;
import kith.fs.node.NodeStart;
import kith.fs.node.OpenedKit;
import kith.fs.node.ProblemInfo;
import kith.fs.node.Progress;
import kith.fs.node.ProgressSink;
import kith.fs.node.RecoverStart;
import kith.fs.node.RecoveredInfo;
import kith.fs.node.RestoreRequest;
import kith.fs.node.RestoreResult;
import kith.fs.node.Running;
import kith.fs.node.RunningBroker;
import kith.fs.node.RunningNode;
import kith.fs.node.UnsentResult;
import kith.fs.node.ViewStart;

/** Makes fake nodes; the mount point's name says how the start goes. */
final class FakeNodes implements NodeFactory {
  @Override
  public RunningNode start(NodeStart start) throws NodeException {
    String name = start.mountPoint() == null ? "" : start.mountPoint().getFileName().toString();
    return switch (name) {
      case "locked" -> throw new NodeException(ExitCode.IN_USE, "another node holds the home");
      case "fatal" -> {
        System.err.println("no libfuse here");
        Runtime.getRuntime().halt(13);
        yield null;
      }
      default -> new FakeNode(start);
    };
  }

  @Override
  public RunningBroker broker(BrokerStart start) throws NodeException {
    throw new NodeException(ExitCode.IN_USE, "a broker runs at " + start.listen());
  }

  @Override
  public Running view(ViewStart start, ProgressSink progress) throws WrongKeyException {
    start.kit().secret().close();
    var all = new Progress.Counted(1, 1);
    progress.report(Progress.of("asking partners", all, all));
    return new FakeNode(new NodeStart(start.home(), null, null, start.mountPoint()));
  }

  @Override
  public RecoveredInfo recover(RecoverStart start, char[] passphrase, ProgressSink progress)
      throws NodeException, WrongKeyException {
    start.kit().secret().close();
    if (start.kit().partners().size() == 1) {
      throw new NodeException(ExitCode.NOT_ENOUGH_PARTNERS, "none of the partners answer");
    }
    var told = new RecoveredInfo.PartnerTold("id", "Bea", true, Duration.ofDays(3));
    var silent = new RecoveredInfo.PartnerTold("other", "Ada", false, null);
    return new RecoveredInfo(
        start.kit().owner().toString(),
        2,
        "2-" + "0a".repeat(32),
        Instant.EPOCH,
        1,
        3,
        2,
        List.of(told, silent));
  }

  @Override
  public OpenedKit open(Kit kit, ProgressSink progress) throws NodeException, WrongKeyException {
    kit.secret().close();
    throw new NodeException(ExitCode.NOT_ENOUGH_PARTNERS, "none of the partners of the kit answer");
  }

  @Override
  public UnsentResult exportUnsent(NodeStart start, RestoreRequest request, ProgressSink progress) {
    var none = new Amount(0, 0);
    var restored =
        new RestoreResult(
            "live",
            new String(request.destination(), StandardCharsets.UTF_8),
            request.dryRun(),
            new Amount(2, 3000),
            none,
            1,
            0,
            0,
            1,
            List.of(new ProblemInfo("far", "no partner is asked")),
            List.of(),
            0);
    return new UnsentResult(
        restored,
        true,
        List.of(
            new UnsentResult.Change("old", null),
            new UnsentResult.Change("from", "to"),
            new UnsentResult.Change(null, "more")),
        4,
        List.of("late"));
  }
}
