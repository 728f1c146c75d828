#!/usr/bin/env python3
"""Guest workloads on the emulator beside QEMU's TCG, free and with -icount shift=0.

All machines run the same kernel, initramfs and amounts of work, one machine after the other for each workload. How many
units make the wanted time is found on QEMU. Prints a Markdown table of the times and of QEMU's time divided by the
emulator's (more is better), with the geometric means. Makes the images it needs; needs qemu-system-x86 of Debian.
"""

import argparse
import datetime
import math
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import threading
import time

from lib import add_emulator_options, emulator, image

PROMPT = "bench> "
PATIENCE = 900.0
WORKLOADS = (
    "sort hash sieve strings sha256 gzip sha256sum openssl-aes openssl-sha openssl-rsa matrix-sse2 matrix-avx2 nbody x87"
    " chase interpreter python copy16 copy256 copy4k copy1m syscalls pingpong spawn faults grep"
).split()


class Guest:
    """A machine at the benchmark initramfs' prompt."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.text = ""
        self.changed = threading.Condition()
        self.ended = False
        threading.Thread(target=self.collect, daemon=True).start()
        self.expect(PROMPT)
        self.prompt = time.monotonic() - self.started
        self.pause()

    def collect(self):
        while data := os.read(self.process.stdout.fileno(), 65536):
            with self.changed:
                self.text += data.decode("latin-1").replace("\r", "")
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def expect(self, part):
        """Waits for the text and returns what came before it, and when it came."""
        end = time.monotonic() + PATIENCE
        with self.changed:
            while (at := self.text.find(part)) < 0:
                if "Kernel panic" in self.text:
                    self.ended = True
                left = end - time.monotonic()
                if self.ended or left < 0:
                    raise RuntimeError(f"{self.name}: no {part!r} in {self.text[-2000:]!r}")
                self.changed.wait(left)
            now = time.monotonic()
            passed = self.text[:at]
            self.text = self.text[at + len(part) :]
            return passed, now

    def pause(self):
        """Another machine is measured now; a stopped one takes no processor time."""
        self.process.send_signal(signal.SIGSTOP)

    def run(self, workload, units):
        """Seconds of one workload, and its result."""
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(f"bench {workload} {units}\n".encode())
        self.process.stdin.flush()
        _, begin = self.expect(f"\n@begin {workload}@\n")
        result, end = self.expect(f"@end {workload}@\n")
        self.expect(PROMPT)
        self.pause()
        return end - begin, re.sub(r"\[ *[0-9.]+\] .*\n", "", result).strip()

    def resident(self):
        """Resident memory in MB."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    def close(self):
        self.process.kill()
        self.process.wait()


def geometric(values):
    return math.exp(statistics.fmean(map(math.log, values)))


def units_for(guest, workload, seconds):
    """Units that take about that long on this machine; a first run is slow, so one is not enough."""
    units = 1
    while True:
        took, _ = guest.run(workload, units)
        if took > 0.7 * seconds:
            return max(1, round(units * seconds / took))
        units = max(units + 1, round(units * min(16, 0.9 * seconds / took)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=float, default=10, help="time of each workload on QEMU (default 10; 1 for short)")
    parser.add_argument("--runs", type=int, default=3, help="runs of each workload, of which the median counts (default 3)")
    parser.add_argument("--workloads", default=",".join(WORKLOADS), help="names, separated by commas")
    parser.add_argument("--no-icount", action="store_true", help="leave out QEMU with -icount shift=0")
    add_emulator_options(parser)
    parser.add_argument("--options", default="", help="more options for the emulator")
    arguments = parser.parse_args()
    workloads = arguments.workloads.split(",")
    if unknown := set(workloads) - set(WORKLOADS):
        parser.error(f"no such workload: {', '.join(unknown)}; there are {', '.join(WORKLOADS)}")

    kernel, initrd = image("cloud-kernel.sh"), image("bench-initramfs.sh")
    common = ["-kernel", kernel, "-initrd", initrd, "-append", "console=ttyS0 quiet", "-m", "1G", "-cpu", "max", "-nographic"]
    qemu = ["qemu-system-x86_64", "-accel", "tcg", *common]
    command, environment = emulator(arguments.java, arguments.jar, arguments.launcher)
    guests = []
    try:
        guests.append(Guest("QEMU", qemu))
        if not arguments.no_icount:
            guests.append(Guest("QEMU -icount", [*qemu, "-icount", "shift=0"]))
        guests.append(Guest("emulator", [*command, *common, *arguments.options.split()], environment))
        before = guests[-1].resident()
        rows = measure(guests, workloads, arguments)
        after = guests[-1].resident()
    finally:
        for guest in guests:
            guest.close()
    report(guests, rows, arguments, before, after)


def measure(guests, workloads, arguments):
    rows = {}
    for workload in workloads:
        units = units_for(guests[0], workload, arguments.seconds)
        times = [[] for _ in guests]
        results = set()
        for _ in range(arguments.runs):
            for guest, taken in zip(guests, times):
                seconds, result = guest.run(workload, units)
                taken.append(seconds)
                results.add(result)
        if len(results) != 1:
            raise RuntimeError(f"{workload}: different results {results}")
        rows[workload] = [statistics.median(taken) for taken in times]
        print(f"{workload:12} {units:7} units", *(f"{s:7.2f}" for s in rows[workload]), file=sys.stderr, flush=True)
    return rows


def report(guests, rows, arguments, before, after):
    icount = len(guests) == 3
    with open("/proc/cpuinfo") as info:
        model = re.search(r"model name\s*: (.*)", info.read())
    java = subprocess.run([arguments.java, "-version"], stderr=subprocess.PIPE, text=True).stderr
    version = subprocess.run(["qemu-system-x86_64", "--version"], stdout=subprocess.PIPE, text=True).stdout
    print(
        f"{datetime.date.today()}, {model[1] if model else platform.machine()}, {os.cpu_count()} cores,",
        f"JDK {java.split(chr(34))[1]}{', launcher' if arguments.launcher else ''},",
        f"QEMU {version.split()[3]}, medians of {arguments.runs}, about {arguments.seconds:g} s each on QEMU:\n",
    )
    print("| workload | QEMU, s |" + (" QEMU -icount, s |" if icount else "") + " emulator, s | speed against QEMU |"
          + (" against -icount |" if icount else ""))
    print("|---|" + "---|" * (5 if icount else 3))
    for workload, times in rows.items():
        ratios = [peer / times[-1] for peer in times[:-1]]
        print(f"| {workload} |", *(f"{seconds:.2f} |" for seconds in times), *(f"{ratio:.2f} |" for ratio in ratios))
    means = [geometric([times[peer] / times[-1] for times in rows.values()]) for peer in range(len(guests) - 1)]
    print("| geometric mean |" + " |" * len(guests), *(f"**{mean:.2f}** |" for mean in means))
    print(f"\nResident memory of the emulator with 1G: {before:.0f} MB after boot, {after:.0f} MB after the suite.")


if __name__ == "__main__":
    main()
