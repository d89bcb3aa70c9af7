package kith.fs.node;

/** A whole node. */
public interface RunningNode extends Running, NodeOperations {}
