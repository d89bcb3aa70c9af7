package kith.fs;

/**
 * Who owns a file, by name.
 *
 * @param user empty if unknown
 * @param group empty if unknown
 */
record OwnerNames(String user, String group) {
  static final OwnerNames UNKNOWN = new OwnerNames("", "");
}
