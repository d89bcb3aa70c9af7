/**
 * The command line. {@link kith.fs.cli.Main} answers {@code --version} by itself and hands the rest
 * to {@link kith.fs.cli.KithCommand}; each command is a class. Most ask the running node over its
 * control socket ({@link kith.fs.node.ControlClient}), and the limits can be changed without one
 * ({@link kith.fs.node.HomeLimits}); serve, mount and recover become a node or a view themselves,
 * in the foreground or as a process of their own ({@link kith.fs.cli.Detacher}).
 */
package kith.fs.cli;
