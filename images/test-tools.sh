#!/bin/bash
# Programs that tests use: compiler and binutils for the programs that run on the processor itself, debuggers, ACPI's
# compiler, packers, QEMU and a headless browser. Never fails: a test whose program is missing says so.
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$(dirname "$0")/lib.sh"

tools=(gcc:gcc lib/libc.a:libc6-dev objdump:binutils gdb:gdb lldb:lldb iasl:acpica-tools xz:xz-utils bzip2:bzip2 lz4:lz4
    zstd:zstd qemu-system-x86_64:qemu-system-x86 /usr/bin/chromium:chromium)
# At once, which is quicker; else as many as there are.
(need_tools "${tools[@]}") || for tool in "${tools[@]}"; do
    (need_tools "$tool") || say "going on without"
done
