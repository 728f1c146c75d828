package org.linuxemu.core.block;

/**
 * What a cache of decoded code holds at a moment.
 *
 * @param pages pages of RAM with decoded code
 * @param blocks decoded blocks
 * @param bytes guest code in them
 * @param instructions instructions in them, each counted in every block that has it
 * @param regions translations
 * @param regionBlocks blocks in them, each counted in every region that has it
 */
public record CodeCensus(
        int pages, int blocks, long bytes, long instructions, int regions, int regionBlocks) {}
