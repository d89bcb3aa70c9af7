/**
 * The kit on paper: {@link kith.fs.print.KitPage} chooses what a sheet has room for, {@link
 * kith.fs.print.KitPdf} and {@link kith.fs.print.KitHtml} lay it out, and {@link
 * kith.fs.print.QrCode} draws what a phone scans. Used by {@code kith kit} alone; nothing of it is
 * loaded by a node.
 */
package kith.fs.print;
