package kith.fs.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import kith.codec.WrongKeyException;
import kith.fs.Kit;
import kith.fs.KitParser;
import kith.fs.node.ExitCode;
import kith.fs.node.NodeException;
import kith.fs.print.KitHtml;

/** A kit that a command is given: a file, or - for standard input. */
record KitInput(Surroundings surroundings, String file) {
  private static final int MAX = 1 << 20;

  /** What it says; no byte is refused here. */
  String text() throws IOException {
    try (var in = file.equals("-") ? surroundings.in() : Files.newInputStream(Path.of(file))) {
      return decode(in);
    }
  }

  /** A byte order mark and Windows' line ends do no harm; a page of ours is read as it is seen. */
  private static String decode(InputStream in) throws IOException {
    String text = new String(in.readNBytes(MAX + 1), StandardCharsets.UTF_8);
    String plain = text.startsWith("\ufeff") ? text.substring(1) : text;
    return plain.startsWith("<!DOCTYPE html>") ? KitHtml.text(plain) : plain;
  }

  /** The kit in what was read. */
  static Kit parse(String text) throws WrongKeyException {
    if (text.startsWith("%PDF-")) {
      throw new WrongKeyException(
          "a PDF can't be read as a kit: open it, and copy the lines that begin with K01, K02 and"
              + " so on, or scan its square, into a text file");
    }
    return KitParser.parse(text);
  }

  /** A kit that a drive can be read with. */
  static Kit read(String text) throws WrongKeyException, NodeException {
    var kit = parse(text);
    if (kit.partners().isEmpty()) {
      throw new NodeException(
          ExitCode.NOT_ENOUGH_PARTNERS,
          "this kit names no partners: it was printed before there were any. Use a later one, or"
              + " add the lines of a partner from one");
    }
    return kit;
  }
}
