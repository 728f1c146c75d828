/** Names, addresses and structures of a kernel, out of its vmlinux. */
package org.linuxemu.cli.symbols;
