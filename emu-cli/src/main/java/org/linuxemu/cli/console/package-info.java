/**
 * The host's side of serial ports and console: terminal, pipes, files, sockets, and the keys behind
 * Ctrl-a.
 */
package org.linuxemu.cli.console;
