package kith.nativetest;

/**
 * How a command of kith ended.
 *
 * @param code its exit code
 * @param out its standard output
 * @param err its standard error
 */
record CliRun(int code, String out, String err) {
  @Override
  public String toString() {
    return "exit code " + code + "\n" + out + err;
  }
}
