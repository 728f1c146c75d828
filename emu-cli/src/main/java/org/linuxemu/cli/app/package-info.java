/** The program: starts the parts, connects them, and ends with the right words and exit status. */
package org.linuxemu.cli.app;
