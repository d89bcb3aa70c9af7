package kith.fs.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the binding knows of libfuse3's structs, against the headers that are installed. */
final class LowLayoutTest {
  private static final Path HEADER = Path.of("/usr/include/fuse3/fuse_lowlevel.h");

  @TempDir Path folder;

  @BeforeAll
  static void headersAreThere() {
    if (System.getenv("CI") == null) {
      assumeTrue(Files.exists(HEADER), "libfuse3-dev is not installed");
    }
  }

  /** Expressions in C and the values that the binding takes them for. */
  private static Map<String, Integer> expected() {
    Map<String, Integer> map = new LinkedHashMap<>();
    for (LowOperation operation : LowOperation.values()) {
      String member = operation.member();
      map.put("offsetof(struct fuse_lowlevel_ops, " + member + ")", operation.offset());
    }
    offset(map, "fuse_args", "argc", LowLayout.ARGS_COUNT);
    offset(map, "fuse_args", "argv", LowLayout.ARGS_VALUES);
    offset(map, "fuse_entry_param", "ino", LowLayout.ENTRY_INODE);
    offset(map, "fuse_entry_param", "generation", LowLayout.ENTRY_GENERATION);
    offset(map, "fuse_entry_param", "attr", LowLayout.ENTRY_STAT);
    offset(map, "fuse_entry_param", "attr_timeout", LowEntries.ATTRIBUTE_TIMEOUT);
    offset(map, "fuse_entry_param", "entry_timeout", LowEntries.ENTRY_TIMEOUT);
    offset(map, "fuse_file_info", "flags", LowLayout.INFO_FLAGS);
    offset(map, "fuse_file_info", "fh", LowLayout.INFO_HANDLE);
    offset(map, "fuse_conn_info", "max_write", LowLayout.CONNECTION_MAX_WRITE);
    offset(map, "fuse_conn_info", "max_readahead", LowLayout.CONNECTION_MAX_READAHEAD);
    offset(map, "fuse_conn_info", "capable", LowLayout.CONNECTION_CAPABLE);
    offset(map, "fuse_conn_info", "want", LowLayout.CONNECTION_WANT);
    offset(map, "fuse_conn_info", "max_background", LowLayout.CONNECTION_MAX_BACKGROUND);
    offset(map, "fuse_conn_info", "congestion_threshold", LowLayout.CONNECTION_CONGESTION);
    offset(map, "fuse_buf", "mem", LowLayout.BUFFER_MEMORY);
    offset(map, "fuse_bufvec", "count", LowLayout.BUFFERS_COUNT);
    offset(map, "fuse_bufvec", "buf[0].size", LowLayout.BUFFERS_SIZE);
    offset(map, "fuse_bufvec", "buf[0].mem", LowLayout.BUFFERS_MEMORY);
    offset(map, "fuse_ctx", "uid", LowLayout.CALLER_UID);
    offset(map, "fuse_ctx", "gid", LowLayout.CALLER_GID);
    offset(map, "fuse_ctx", "umask", LowLayout.CALLER_UMASK);
    offset(map, "fuse_forget_data", "ino", LowLayout.FORGET_INODE);
    offset(map, "fuse_forget_data", "nlookup", LowLayout.FORGET_COUNT);
    map.put("sizeof(struct fuse_args)", LowLayout.ARGS_SIZE);
    map.put("sizeof(struct fuse_forget_data)", LowLayout.FORGET_SIZE);
    map.put("keep_cache()", LowLayout.INFO_KEEP_CACHE);
    capabilities(map);
    changes(map);
    kernel(map);
    return map;
  }

  private static void offset(Map<String, Integer> map, String struct, String member, int value) {
    map.put("offsetof(struct " + struct + ", " + member + ")", value);
  }

  private static void capabilities(Map<String, Integer> map) {
    map.put("FUSE_CAP_ASYNC_READ", LowNegotiation.ASYNC_READ);
    map.put("FUSE_CAP_ATOMIC_O_TRUNC", LowNegotiation.ATOMIC_O_TRUNC);
    map.put("FUSE_CAP_DONT_MASK", LowNegotiation.DONT_MASK);
    map.put("FUSE_CAP_AUTO_INVAL_DATA", LowNegotiation.AUTO_INVAL_DATA);
    map.put("FUSE_CAP_READDIRPLUS", LowNegotiation.READDIRPLUS);
    map.put("FUSE_CAP_READDIRPLUS_AUTO", LowNegotiation.READDIRPLUS_AUTO);
    map.put("FUSE_CAP_ASYNC_DIO", LowNegotiation.ASYNC_DIO);
    map.put("FUSE_CAP_WRITEBACK_CACHE", LowNegotiation.WRITEBACK_CACHE);
    map.put("FUSE_CAP_PARALLEL_DIROPS", LowNegotiation.PARALLEL_DIROPS);
    map.put("FUSE_CAP_POSIX_ACL", LowNegotiation.POSIX_ACL);
    map.put("FUSE_CAP_HANDLE_KILLPRIV", LowNegotiation.HANDLE_KILLPRIV);
  }

  private static void changes(Map<String, Integer> map) {
    map.put("FUSE_SET_ATTR_MODE", LowAttributeCalls.SET_MODE);
    map.put("FUSE_SET_ATTR_UID", LowAttributeCalls.SET_UID);
    map.put("FUSE_SET_ATTR_GID", LowAttributeCalls.SET_GID);
    map.put("FUSE_SET_ATTR_SIZE", LowAttributeCalls.SET_SIZE);
    map.put("FUSE_SET_ATTR_ATIME", LowAttributeCalls.SET_ATIME);
    map.put("FUSE_SET_ATTR_MTIME", LowAttributeCalls.SET_MTIME);
    map.put("FUSE_SET_ATTR_ATIME_NOW", LowAttributeCalls.SET_ATIME_NOW);
    map.put("FUSE_SET_ATTR_MTIME_NOW", LowAttributeCalls.SET_MTIME_NOW);
    map.put("FUSE_SET_ATTR_CTIME", LowAttributeCalls.SET_CTIME);
    map.put("FALLOC_FL_KEEP_SIZE", LowContentCalls.KEEP_SIZE);
    map.put("FALLOC_FL_PUNCH_HOLE", LowContentCalls.PUNCH_HOLE);
    map.put("FALLOC_FL_ZERO_RANGE", LowContentCalls.ZERO_RANGE);
  }

  /** The kernel's own structs, from linux/fuse.h. */
  private static void kernel(Map<String, Integer> map) {
    map.put("sizeof(struct fuse_attr)", LowListing.ATTRIBUTES_SIZE);
    map.put("sizeof(struct fuse_entry_out)", LowListing.ENTRY_SIZE);
    map.put("offsetof(struct fuse_direntplus, dirent)", LowListing.ENTRY_SIZE);
    map.put("offsetof(struct fuse_dirent, name)", LowListing.DIRENT_SIZE);
    map.put("sizeof(struct fuse_in_header)", LowLoopThread.HEADER);
    offset(map, "fuse_init_in", "flags", LowHandshake.INIT_FLAGS);
    offset(map, "fuse_init_out", "flags", LowHandshake.INIT_FLAGS);
    offset(map, "fuse_write_in", "write_flags", LowContentCalls.WRITE_FLAGS);
    offset(map, "fuse_setattr_in", "valid", LowAttributeCalls.VALID);
    map.put("FUSE_HANDLE_KILLPRIV_V2", LowHandshake.HANDLE_KILLPRIV_V2);
    map.put("FUSE_WRITE_KILL_SUIDGID", LowContentCalls.WRITE_KILL_SUIDGID);
    map.put("FATTR_KILL_SUIDGID", LowAttributeCalls.KILL_SUIDGID);
  }

  private static String program(Iterable<String> expressions) {
    var text =
        new StringBuilder(
            """
            #define FUSE_USE_VERSION 312
            #define _GNU_SOURCE
            #define _FILE_OFFSET_BITS 64
            #include <fcntl.h>
            #include <fuse_lowlevel.h>
            #include <linux/falloc.h>
            #include <linux/fuse.h>
            #include <stddef.h>
            #include <stdio.h>
            #include <string.h>

            static int keep_cache(void) {
              struct fuse_file_info info;
              int bits;
              memset(&info, 0, sizeof info);
              info.keep_cache = 1;
              memcpy(&bits, (char *) &info + BITS, sizeof bits);
              return bits;
            }

            int main(void) {
            """);
    for (String expression : expressions) {
      text.append("  printf(\"%d\\n\", (int) (").append(expression).append("));\n");
    }
    return text.append("  return 0;\n}\n").toString();
  }

  @Test
  void everyOffsetIsThatOfTheHeaders() throws IOException, InterruptedException {
    Map<String, Integer> expected = expected();
    Path source = Files.writeString(folder.resolve("layout.c"), program(expected.keySet()));
    Path binary = folder.resolve("layout");
    run(
        "gcc",
        "-DBITS=" + LowLayout.INFO_BITS,
        "-I" + HEADER.getParent(),
        "-o",
        binary.toString(),
        source.toString());
    List<String> values = run(binary.toString()).lines().toList();
    Map<String, Integer> found = new LinkedHashMap<>();
    for (String expression : expected.keySet()) {
      found.put(expression, Integer.valueOf(values.get(found.size())));
    }
    assertEquals(expected, found);
    assertTrue(values.size() > 80, "no more than " + values.size());
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
