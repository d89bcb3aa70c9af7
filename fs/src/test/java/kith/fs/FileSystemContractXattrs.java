package kith.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import kith.fs.DriveException.Reason;
import kith.fs.FileSystem.XattrMode;
import org.junit.jupiter.api.Test;

/** Extended attributes. */
interface FileSystemContractXattrs extends FileSystemContractBase {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private void set(long inode, String name, byte[] value) throws IOException {
    drive().setXattr(inode, bytes(name), value, XattrMode.CREATE_OR_REPLACE);
  }

  private Set<String> xattrs(long inode) throws IOException {
    return drive().xattrNames(inode).stream()
        .map(name -> new String(name, StandardCharsets.ISO_8859_1))
        .collect(Collectors.toSet());
  }

  @Test
  default void aFileStartsWithoutXattrs() throws IOException {
    long inode = file("f", "");
    assertEquals(Set.of(), xattrs(inode));
    assertEquals(Optional.empty(), drive().xattr(inode, bytes("user.none")));
  }

  @Test
  default void xattrsKeepTheirBytes() throws IOException {
    long inode = file("f", "");
    set(inode, "user.caf\u00e9", bytes("\0\u00ff\n"));
    set(inode, "user.empty", new byte[0]);
    set(inode, "trusted.x", bytes("t"));
    assertEquals(Set.of("user.caf\u00e9", "user.empty", "trusted.x"), xattrs(inode));
    assertArrayEquals(
        bytes("\0\u00ff\n"), drive().xattr(inode, bytes("user.caf\u00e9")).orElseThrow());
    assertArrayEquals(new byte[0], drive().xattr(inode, bytes("user.empty")).orElseThrow());
  }

  @Test
  default void aValueCanBe64KibibytesLong() throws IOException {
    long inode = file("f", "");
    set(inode, "user.long", bytes("x".repeat(1 << 16)));
    assertEquals(1 << 16, drive().xattr(inode, bytes("user.long")).orElseThrow().length);
  }

  @Test
  default void directoriesHaveXattrs() throws IOException {
    long inode = directory("d");
    set(inode, "user.a", bytes("1"));
    set(inode, "user.a", bytes("22"));
    assertArrayEquals(bytes("22"), drive().xattr(inode, bytes("user.a")).orElseThrow());
  }

  @Test
  default void creatingAndReplacingAreToldApart() throws IOException {
    long inode = file("f", "");
    byte[] name = bytes("user.a");
    assertFails(
        Reason.NO_ATTRIBUTE, () -> drive().setXattr(inode, name, bytes("1"), XattrMode.REPLACE));
    drive().setXattr(inode, name, bytes("1"), XattrMode.CREATE);
    assertFails(Reason.EXISTS, () -> drive().setXattr(inode, name, bytes("2"), XattrMode.CREATE));
    drive().setXattr(inode, name, bytes("3"), XattrMode.REPLACE);
    assertArrayEquals(bytes("3"), drive().xattr(inode, name).orElseThrow());
  }

  @Test
  default void aRemovedXattrIsGone() throws IOException {
    long inode = file("f", "");
    set(inode, "user.a", bytes("1"));
    drive().removeXattr(inode, bytes("user.a"));
    assertEquals(Set.of(), xattrs(inode));
    assertFails(Reason.NO_ATTRIBUTE, () -> drive().removeXattr(inode, bytes("user.a")));
  }

  @Test
  default void aCapabilitySetAfterItWasMissedIsFound() throws IOException {
    long inode = file("f", "");
    byte[] name = bytes("security.capability");
    assertEquals(Optional.empty(), drive().xattr(inode, name));
    // struct vfs_cap_data, version 2, with CAP_NET_BIND_SERVICE permitted
    byte[] capability = bytes("\1\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    drive().setXattr(inode, name, capability, XattrMode.CREATE_OR_REPLACE);
    assertArrayEquals(capability, drive().xattr(inode, name).orElseThrow());
  }
}
