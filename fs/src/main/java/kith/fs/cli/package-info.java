/** The command line: picocli commands that talk to a running node or start one. */
package kith.fs.cli;
