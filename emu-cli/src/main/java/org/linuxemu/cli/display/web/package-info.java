/** The text screen in a browser, served on loopback. Beside the stub the only place with Netty. */
package org.linuxemu.cli.display.web;
