package kith.nativetest;

/**
 * Who makes a call.
 *
 * @param group its own, which its files get
 * @param team a further group that it belongs to; its own for none
 */
record PosixUser(String name, int uid, int group, int team) {
  static final int TEAM = 60_100;

  static final PosixUser ROOT = new PosixUser("root", 0, 0, 0);
  static final PosixUser ALICE = new PosixUser("alice", 60_001, 60_001, TEAM);
  static final PosixUser BOB = new PosixUser("bob", 60_002, 60_002, TEAM);
  static final PosixUser CAROL = new PosixUser("carol", 60_003, 60_003, 60_003);

  @Override
  public String toString() {
    return name;
  }
}
