/**
 * Where to cut a stream of bytes so that equal content gives equal pieces wherever it stands.
 *
 * <p>{@link kith.chunker.ChunkerParameters} say how long the pieces may be, {@link
 * kith.chunker.GearTable} makes the places depend on a secret, {@link kith.chunker.Chunker} finds
 * them. Knows nothing of files, compression or encryption.
 */
package kith.chunker;
