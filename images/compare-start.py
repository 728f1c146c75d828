#!/usr/bin/env python3
"""From the start of the command to the guest's first instruction, the JVM's start included.

The first instructions of the guest write a byte to the console; the time to it is taken. The guests are a multiboot image
of a few bytes, and kernels' bzImages in which the first instructions of the kernel proper are replaced and which are packed
again as they were, so that all of the loading is in the time. Every JDK is used with and without the launcher, and QEMU
for the small image (it runs the BIOS before), all in turn. Prints medians as a Markdown table. Needs zstd and lz4.
"""

import argparse
import datetime
import os
import platform
import statistics
import struct
import subprocess
import tempfile
import time

from lib import add_emulator_options, emulator, image, java_version

# mov dx,0x3f8; mov al,'!'; out dx,al; cli; hlt; jmp to the hlt. The first has a prefix in 32- and 64-bit code.
CODE = bytes.fromhex("66ba f803 b021 ee fa f4 ebfd")
LOAD = 0x100000


def multiboot():
    """Multiboot Specification 0.6.96, 3.1: the header's own addresses."""
    header = [0x1BADB002, 1 << 16, -(0x1BADB002 + (1 << 16)) & 0xFFFFFFFF]
    header += [LOAD, LOAD, LOAD + 32 + len(CODE), 0, LOAD + 32]
    return struct.pack("<8I", *header) + CODE


def filtered(command, data):
    return subprocess.run(command, input=data, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def patched(path):
    """The bzImage whose kernel proper begins with CODE (Documentation/arch/x86/boot.rst for the fields)."""
    with open(path, "rb") as file:
        data = bytearray(file.read())
    start = ((data[0x1F1] or 4) + 1) * 512
    offset, length = struct.unpack_from("<II", data, 0x248)
    packed = bytes(data[start + offset : start + offset + length])  # ends with the size unpacked, as all gzip files do
    if packed.startswith(b"\x1f\x8b"):
        tool, level, size = "gzip", "-9n", 0
    elif packed.startswith(b"\x28\xb5\x2f\xfd"):
        tool, level, size = "zstd", "-19", 4
    elif packed.startswith(b"\x02\x21\x4c\x18"):
        tool, level, size = "lz4", "-l9", 4
    else:
        raise SystemExit(f"{path}: packed in a format that this script does not know")
    kernel = bytearray(filtered([tool, "-dc"], packed[: len(packed) - size]))
    entry, table = struct.unpack_from("<QQ", kernel, 0x18)
    for i in range(struct.unpack_from("<H", kernel, 0x38)[0]):
        kind, _, at, _, physical, size = struct.unpack_from("<IIQQQQ", kernel, table + i * 56)
        if kind == 1 and physical <= entry < physical + size:
            where = at + entry - physical
            kernel[where : where + len(CODE)] = CODE
    again = filtered([tool, level, "-c"], bytes(kernel)) + struct.pack("<I", len(kernel))[:size]
    result = data[: start + offset] + again
    result += bytes(-len(result) % 16)
    struct.pack_into("<I", result, 0x24C, len(again))
    struct.pack_into("<I", result, 0x1F4, (len(result) - start) // 16)
    return bytes(result)


def start(command, environment):
    """Seconds to the guest's byte."""
    began = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    text = b""
    while b"!" not in text:
        data = os.read(process.stdout.fileno(), 4096)
        if not data:
            raise SystemExit(f"{' '.join(command)}: ended without a byte: {process.stderr.read().decode()}")
        text += data
    took = time.monotonic() - began
    # The halted emulator ends, and the launcher's first run leaves its archive of classes then; QEMU stays.
    if command[0].startswith("qemu"):
        process.kill()
    process.communicate(timeout=60)
    return took


def java_alone(java):
    """Seconds that a JVM takes which does nothing but tell its version."""
    began = time.monotonic()
    subprocess.run([java, "-Xshare:auto", "-version"], check=True, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    add_emulator_options(parser)
    parser.add_argument("--runs", type=int, default=9, help="of each, the median counts (default 9)")
    parser.add_argument("--kernels", default="slim-6.12,cloud-6.1,cloud-6.12", help="of the bzImages, empty for none")
    parser.add_argument("--memory", default="256M")
    parser.add_argument("--no-qemu", action="store_true")
    parser.add_argument("javas", nargs="*", metavar="JAVA", help="commands of the JDKs to use instead of --java")
    arguments = parser.parse_args()
    javas = arguments.javas or [arguments.java]
    makers = {
        "slim-6.12": ("tutorial-kernel.sh", "--slim"),
        "tutorial-6.12": ("tutorial-kernel.sh",),
        "cloud-6.1": ("cloud-kernel.sh",),
        "cloud-6.12": ("cloud-kernel.sh", "--series", "6.12"),
    }
    with tempfile.TemporaryDirectory() as directory:
        guests = {}  # kernels first, so that the launcher's archive has the classes that unpack them
        for name in filter(None, arguments.kernels.split(",")):
            guests[name] = patched(image(*makers[name]))
        guests["multiboot"] = multiboot()
        rows = {}  # (guest, machine): seconds
        ways = {}
        for name, data in guests.items():
            path = os.path.join(directory, name)
            with open(path, "wb") as file:
                file.write(data)
            options = ["-kernel", path, "-append", "", "-m", arguments.memory, "-nographic"]
            for java in javas:
                for launcher in (False, True) if not arguments.launcher else (True,):
                    command, environment = emulator(java, arguments.jar, launcher)
                    machine = f"JDK {java_version(java)}, {'launcher' if launcher else 'java -jar'}"
                    ways[name, machine] = lambda c=command + options, e=environment: start(c, e)
            if name == "multiboot" and not arguments.no_qemu:
                qemu = ["qemu-system-x86_64", "-accel", "tcg", *options]
                ways[name, "QEMU"] = lambda c=qemu: start(c, None)
        for java in javas:
            ways["no guest", f"JDK {java_version(java)}, java -version"] = lambda j=java: java_alone(j)
        for run in range(arguments.runs + 1):  # the first fills caches and is not counted
            for key, way in ways.items():
                took = way()
                if run:
                    rows.setdefault(key, []).append(took)
    print(f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, {arguments.runs} runs, -m {arguments.memory}\n")
    print("| guest | machine | s | best | worst |\n|---|---|---|---|---|")
    for (name, machine), times in rows.items():
        print(f"| {name} | {machine} | {statistics.median(times):.3f} | {min(times):.3f} | {max(times):.3f} |")


if __name__ == "__main__":
    main()
