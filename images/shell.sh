#!/bin/bash
# From a fresh clone to a guest's shell: makes the images and the jar where they are missing, and boots.
# Arguments are passed to the emulator behind its own, e.g. `images/shell.sh -m 256M -s`.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
jar=$top/emu-cli/target/emu.jar

kernel=$("$here/cloud-kernel.sh")
initrd=$("$here/busybox-initramfs.sh")
if [ ! -f "$jar" ]; then
    echo "building $jar (a minute or two)" >&2
    (cd "$top" && mvn -B -q -DskipTests package) >&2
fi
exec java -jar "$jar" -kernel "$kernel" -initrd "$initrd" -append console=ttyS0 -nographic "$@"
