/** What {@code -d} logs of the guest's doings. Nothing of it is loaded without. */
package org.linuxemu.cli.trace;
