package kith.fs.node;

/** Which Kith this is; a test holds it to the one in pom.xml. */
public final class KithVersion {
  /** As {@code kith --version} prints it. */
  public static final String TEXT = "0.1.0";

  private KithVersion() {}
}
