/** The guest's text screen, in a terminal or a browser, and the keys that are pressed there. */
package org.linuxemu.cli.display;
