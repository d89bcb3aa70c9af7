/**
 * Bytes in, bytes out: compress, encrypt, erasure-code, seal, name. No disk and no network.
 *
 * <p>The way of the bytes: {@code ChunkCodec} makes a chunk's key, compresses and encrypts it;
 * {@code PackBuilder} collects chunks of one kind and closes with an encrypted footer; {@code
 * ErasureCode} cuts the pack into m + k shards; {@code ShardSealer} seals each shard block by block
 * for the one partner that will hold it.
 */
package kith.codec;
