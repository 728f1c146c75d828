/**
 * The command line, in QEMU's spelling: {@link org.linuxemu.cli.options.Opt} lists the options,
 * {@link org.linuxemu.cli.options.CommandLineParser} splits a line into them, {@link
 * org.linuxemu.cli.options.OptionsReader} gives them a meaning.
 */
package org.linuxemu.cli.options;
