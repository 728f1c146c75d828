#!/usr/bin/env python3
"""How the emulator grows: boot time and resident memory by guest memory, and resident memory while a guest works on.

Boots the slim kernel with 64M to 8G, then runs the benchmark initramfs' programs (gzip, python, many short processes) one
after the other for ten minutes, and draws docs/growth.svg. A guest's memory is not touched until the guest touches it.
"""

import argparse
import datetime
import os
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = ["64M", "128M", "256M", "512M", "1G", "2G", "4G", "8G"]
WORK = ["gzip 3", "python 4", "spawn 60", "openssl-rsa 1", "grep 1", "strings 40", "sort 60", "faults 60"]


class Guest:
    def __init__(self, command, prompt):
        self.start = time.monotonic()
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.text = ""
        self.prompt = prompt
        self.expect()
        self.booted = time.monotonic() - self.start

    def expect(self):
        while self.prompt not in self.text:
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                raise RuntimeError(f"ended: {self.text[-1000:]!r}")
            self.text += data.decode("latin-1").replace("\r", "")
        self.text = self.text.split(self.prompt, 1)[1]

    def command(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()
        self.expect()

    def resident(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    def close(self):
        self.process.kill()
        self.process.wait()


def image(*script):
    command = [os.path.join(HERE, script[0]), *script[1:]]
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE).stdout.split("\n")[0]


def chart(x0, title, unit, points, labels, colour):
    """One chart of 360 by 200 as SVG, its left edge at x0; points are (0..1, value)."""
    top = max(value for _, value in points) * 1.15
    left, right, bottom, height = x0 + 50, x0 + 350, 220, 170
    parts = [f'<text x="{x0 + 10}" y="24" font-weight="bold">{title}</text>']
    for part in range(5):
        y = bottom - height * part / 4
        parts.append(f'<line x1="{left}" x2="{right}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{top * part / 4:.3g}</text>')
    places = [(left + (right - left) * x, bottom - height * value / top) for x, value in points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
    for x, label in labels:
        parts.append(f'<text x="{left + (right - left) * x:.0f}" y="{bottom + 16}" text-anchor="middle">{label}</text>')
    parts.append(f'<text x="{left}" y="42" fill="#666">{unit}</text>')
    return "\n".join(parts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--jar", default=os.path.join(HERE, "../emu-cli/target/emu.jar"))
    parser.add_argument("--java", default="java", help="the command of the JDK to use")
    parser.add_argument("--minutes", type=float, default=10, help="of work after boot (default 10)")
    parser.add_argument("--output", default=os.path.join(HERE, "../docs/growth.svg"))
    arguments = parser.parse_args()
    base = [arguments.java, "-jar", arguments.jar, "-nographic"]

    slim, busybox = image("tutorial-kernel.sh", "--slim"), image("busybox-initramfs.sh")
    times, residents = [], []
    for n, size in enumerate(SIZES):
        x = n / (len(SIZES) - 1)
        guest = Guest(base + ["-kernel", slim, "-initrd", busybox, "-append", "console=ttyS0", "-m", size], "\n/ # ")
        times.append((x, guest.booted))
        residents.append((x, guest.resident()))
        guest.close()
        print(f"-m {size}: {times[-1][1]:.2f} s, {residents[-1][1]:.0f} MB", file=sys.stderr, flush=True)

    command = ["-kernel", image("cloud-kernel.sh"), "-initrd", image("bench-initramfs.sh"), "-append", "console=ttyS0 quiet"]
    guest = Guest(base + command + ["-m", "1G", "-cpu", "max"], "bench> ")
    start = time.monotonic()
    seconds = arguments.minutes * 60
    worked = [(0.0, guest.resident())]
    while (passed := time.monotonic() - start) < seconds:
        for work in WORK:
            guest.command("bench " + work)
        worked.append((min(1.0, (time.monotonic() - start) / seconds), guest.resident()))
        print(f"{passed:.0f} s: {worked[-1][1]:.0f} MB", file=sys.stderr, flush=True)
    guest.close()

    sizes = [(n / (len(SIZES) - 1), size) for n, size in enumerate(SIZES)]
    minutes = [(0, "0"), (0.5, f"{arguments.minutes / 2:g}"), (1, f"{arguments.minutes:g} min")]
    with open(arguments.output, "w") as svg:
        print(
            '<svg xmlns="http://www.w3.org/2000/svg" width="1100" height="270" font-family="sans-serif" font-size="12">',
            f"<!-- made by images/growth.py, {datetime.date.today()} -->",
            '<rect width="1100" height="270" fill="white"/>',
            chart(0, "Boot to the prompt, by -m", "seconds", times, sizes, "#06c"),
            chart(365, "Resident memory at the prompt, by -m", "MB", residents, sizes, "#c60"),
            chart(730, "Resident memory while the guest works", "MB, of which the guest has up to 1024", worked, minutes, "#090"),
            "</svg>",
            sep="\n",
            file=svg,
        )


if __name__ == "__main__":
    main()
