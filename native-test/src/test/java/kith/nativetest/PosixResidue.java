package kith.nativetest;

/**
 * Something that a binding is known not to do as an ordinary filesystem does. It must be met in
 * some check, or it is to be struck off: the list can only shrink.
 *
 * @param checks regular expression for the names of checks
 * @param found regular expression for what comes out instead
 * @param reason why
 */
record PosixResidue(String checks, String found, String reason) {
  boolean covers(String check, String outcome) {
    return check.matches(checks) && outcome.matches(found);
  }
}
