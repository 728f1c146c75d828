"""Shared by the Python scripts of this folder; imported, never run."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LAUNCHER = os.path.join(HERE, "../emu-cli/src/main/dist/emu")


def image(*script):
    """Path of the image that a script of this folder makes, or made before: the first line it prints."""
    command = [os.path.join(HERE, script[0]), *script[1:]]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.split("\n")[0]


def add_emulator_options(parser):
    parser.add_argument("--jar", default=os.path.join(HERE, "../emu-cli/target/emu.jar"))
    parser.add_argument("--java", default="java", help="the command of the JDK to use")
    parser.add_argument("--launcher", action="store_true", help="start the jar by emu-cli/src/main/dist/emu")


def emulator(java, jar, launcher):
    """Command and environment that start the emulator; the jar must be there. Boots once for the launcher's sake."""
    if not os.path.exists(jar):
        sys.exit(f"no {jar}; build it first: mvn -DskipTests package")
    environment = dict(os.environ, EMU_JAR=os.path.abspath(jar), EMU_JAVA=java)
    if not launcher:
        return [java, "-jar", jar], environment
    # The launcher's first run makes its archive; what is measured are those after it.
    guest = ["-kernel", image("tutorial-kernel.sh", "--slim"), "-initrd", image("busybox-initramfs.sh")]
    line = ["-append", "console=ttyS0", "-nographic"]
    subprocess.run(
        [LAUNCHER, *guest, *line],
        env=dict(environment, EMU_ARCHIVE="wait"),
        check=True,
        input=b"poweroff -f\n",
        stdout=subprocess.DEVNULL,
    )
    return [LAUNCHER], environment


def java_version(java):
    """As the JDK states it: 17.0.15."""
    text = subprocess.run([java, "-version"], check=True, text=True, stderr=subprocess.PIPE).stderr
    return text.split('"')[1]
