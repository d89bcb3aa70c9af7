package kith.fs.node;

/**
 * A slot, as it is listed.
 *
 * @param name by which it is removed
 * @param kind passphrase, key file or command
 * @param source path of the key file, or the command; empty for a passphrase
 * @param opens what it is good for
 */
public record UnlockSlotInfo(String name, String kind, String source, String opens) {}
