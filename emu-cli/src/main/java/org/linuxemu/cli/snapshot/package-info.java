/** Snapshots in one run: what is loaded at the start, saved on the way, and kept between runs. */
package org.linuxemu.cli.snapshot;
