/** What the program around the machine needs from it, and offers to it. */
package org.linuxemu.cli.machine;
