/**
 * The node as a process: its configuration ({@link kith.fs.node.ConfigFile}), its identity on disk
 * ({@link kith.fs.node.Initialiser}, {@link kith.fs.node.IdentityFiles}), what it answers to the
 * command line ({@link kith.fs.node.NodeOperations}) over the control socket ({@link
 * kith.fs.node.ControlServer}, {@link kith.fs.node.ControlClient}), and {@link
 * kith.fs.node.NodeRunner}, which keeps it going until it is told to end.
 */
package kith.fs.node;
