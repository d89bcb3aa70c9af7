package kith.fs.node;

/** A whole broker. */
public interface RunningBroker extends Running {
  /** What it keeps and has done. */
  BrokerStatus brokerStatus();
}
