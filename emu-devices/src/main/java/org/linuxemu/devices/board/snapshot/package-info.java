/** Saved machines as files. */
package org.linuxemu.devices.board.snapshot;
