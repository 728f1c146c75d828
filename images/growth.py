#!/usr/bin/env python3
"""How the emulator grows: boot time and memory by guest memory, and memory and translated code while a guest works on.

Boots the slim kernel with 64M to 8G, then runs the benchmark initramfs' programs (gzip, python, many short processes) one
after the other for ten minutes, asks the emulator's monitor what the guest has touched and what is translated, and draws
docs/growth.svg. Prints the figures as Markdown tables. With --memory it only boots two kernels with little and much RAM
and tells where the memory goes. A guest's memory is not touched until the guest touches it.
"""

import argparse
import datetime
import os
import re
import subprocess
import sys
import time

from lib import HERE, add_emulator_options, emulator, image, java_version

SIZES = "64M,128M,256M,512M,1G,2G,4G,8G"
WORK = ["gzip 3", "python 4", "spawn 60", "openssl-rsa 1", "grep 1", "strings 40", "sort 60", "faults 60"]
MONITOR = "(emu) "


class Guest:
    def __init__(self, command, prompt):
        command, environment = command
        self.start = time.monotonic()
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.text = ""
        self.prompt = prompt
        self.expect(prompt)
        self.booted = time.monotonic() - self.start

    def expect(self, what):
        while what not in self.text:
            data = os.read(self.process.stdout.fileno(), 65536)
            if not data:
                raise RuntimeError(f"ended: {self.text[-1000:]!r}")
            self.text += data.decode("latin-1").replace("\r", "")
        before, self.text = self.text.split(what, 1)
        return before

    def type(self, line):
        self.process.stdin.write(line.encode())
        self.process.stdin.flush()

    def command(self, line):
        self.type(line + "\n")
        self.expect(self.prompt)

    def monitor(self, command):
        """Answer of the monitor, which Ctrl-a c opens and closes."""
        self.type("\x01c")
        self.expect(MONITOR)
        self.type(command + "\n")
        answer = self.expect(MONITOR)
        self.type("\x01c")
        return answer

    def figures(self):
        """What can be measured: memory in MB, numbers of pieces of code."""
        with open(f"/proc/{self.process.pid}/status") as status:
            resident = int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024
        with open(f"/proc/{self.process.pid}/stat") as stat:
            times = stat.read().rsplit(")", 1)[1].split()[11:13]
        memory, code = self.monitor("info ramblock"), self.monitor("info jit")
        ram = int(re.search(r"pc\.ram +4 KiB +(\d+) KiB", memory)[1]) / 1024

        def megabytes(name, text):
            return int(re.search(rf"{name} +(\d+) KiB", text)[1]) / 1024

        def number(name):
            found = re.search(rf"{name} +(\d+)", code)
            return int(found[1]) if found else 0

        return {
            "processor": sum(map(int, times)) / os.sysconf("SC_CLK_TCK"),
            "resident": resident,
            "guest pages": ram,
            "beyond": resident - ram,
            "heap used": megabytes("heap used", memory),
            "heap committed": megabytes("heap committed", memory),
            "code, classes": megabytes("code, classes", memory),
            "compiled code": megabytes("compiled code", code),
            "blocks": number("block count"),
            "regions": number("region count"),
            "regions made": number("regions made"),
            "flushes": number("flush count"),
            "classes": number("  classes"),
        }

    def close(self):
        self.process.kill()
        self.process.wait()


def table(first, rows, columns):
    """A Markdown table of (name, figures)."""
    print(f"\n| {first} | " + " | ".join(columns) + " |\n|" + "---|" * (len(columns) + 1))
    for name, figures in rows:
        print(f"| {name} | " + " | ".join(f"{figures[column]:,.{1 if column in ('boot', 'processor') else 0}f}" for column in columns) + " |", flush=True)


def chart(x0, y0, title, unit, lines, labels):
    """One chart of 360 by 240 as SVG, its upper left corner at x0, y0; lines are (name, colour, [(0..1, value)])."""
    top = max(value for _, _, points in lines for _, value in points) * 1.15 or 1
    left, right, bottom, height = x0 + 55, x0 + 350, y0 + 220, 150
    parts = [f'<text x="{x0 + 10}" y="{y0 + 24}" font-weight="bold">{title}</text>']
    for part in range(5):
        y = bottom - height * part / 4
        parts.append(f'<line x1="{left}" x2="{right}" y1="{y:.0f}" y2="{y:.0f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.0f}" text-anchor="end">{round(top * part / 4, 1):g}</text>')
    for n, (name, colour, points) in enumerate(lines):
        places = [(left + (right - left) * x, bottom - height * value / top) for x, value in points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{left + 110 * n}" y="{y0 + 58}" fill="{colour}">{name}</text>')
    for x, label in labels:
        parts.append(f'<text x="{left + (right - left) * x:.0f}" y="{bottom + 16}" text-anchor="middle">{label}</text>')
    parts.append(f'<text x="{left}" y="{y0 + 42}" fill="#666">{unit}</text>')
    return "\n".join(parts)


def memory_table(arguments):
    """Where the memory goes after boot, for two kernels, sizes and ways to start."""
    columns = ["resident", "guest pages", "beyond", "heap used", "heap committed", "code, classes"]
    rows = []
    for java in arguments.javas or [arguments.java]:
        for launcher in (False, True):
            start, environment = emulator(java, arguments.jar, launcher)
            for name, kernel in ("slim-6.12", image("tutorial-kernel.sh", "--slim")), ("cloud-6.1", image("cloud-kernel.sh")):
                for size in ("256M", "1G"):
                    boot = ["-nographic", "-kernel", kernel, "-initrd", image("busybox-initramfs.sh")]
                    boot += ["-append", "console=ttyS0", "-m", size]
                    guest = Guest((start + boot, environment), "/ # ")
                    label = f"{name}, {size}, JDK {java_version(java)}, {'launcher' if launcher else 'java -jar'}"
                    rows.append((label, guest.figures()))
                    guest.close()
                    print(f"{label}: {rows[-1][1]}", file=sys.stderr, flush=True)
    table("after boot, MB", rows, columns)


def boots(start, environment, sizes):
    slim, busybox = image("tutorial-kernel.sh", "--slim"), image("busybox-initramfs.sh")
    rows = []
    for size in sizes:
        boot = ["-nographic", "-kernel", slim, "-initrd", busybox, "-append", "console=ttyS0", "-m", size]
        guest = Guest((start + boot, environment), "/ # ")
        rows.append((size, {"boot": guest.booted, **guest.figures()}))
        guest.close()
        print(f"-m {size}: {rows[-1][1]}", file=sys.stderr, flush=True)
    return rows


def work(start, environment, minutes):
    boot = ["-nographic", "-kernel", image("cloud-kernel.sh"), "-initrd", image("bench-initramfs.sh")]
    boot += ["-append", "console=ttyS0 quiet", "-m", "1G", "-cpu", "max"]
    guest = Guest((start + boot, environment), "bench> ")
    began = time.monotonic()
    rows = [(0.0, guest.figures())]
    n = 0
    while time.monotonic() - began < minutes * 60:
        guest.command("bench " + WORK[n % len(WORK)])
        n += 1
        rows.append(((time.monotonic() - began) / 60, guest.figures()))
        print(f"{rows[-1][0]:.1f} minutes: {rows[-1][1]}", file=sys.stderr, flush=True)
    guest.close()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_emulator_options(parser)
    parser.add_argument("--minutes", type=float, default=10, help="of work after boot (default 10)")
    parser.add_argument("--sizes", default=SIZES, help="of RAM, two or more (default %(default)s)")
    parser.add_argument("--output", default=os.path.join(HERE, "../docs/growth.svg"))
    parser.add_argument("--busy", action="store_true", help="plot processor time alone: others use this machine too")
    parser.add_argument("--memory", action="store_true", help="only tell where the memory goes after boot, with each JAVA")
    parser.add_argument("javas", nargs="*", metavar="JAVA", help="for --memory: commands of the JDKs to use")
    arguments = parser.parse_args()
    if arguments.memory:
        memory_table(arguments)
        return
    start, environment = emulator(arguments.java, arguments.jar, arguments.launcher)
    sizes = boots(start, environment, arguments.sizes.split(","))
    worked = work(start, environment, arguments.minutes)

    def by_size(figure):
        return [(n / (len(sizes) - 1), row[figure]) for n, (_, row) in enumerate(sizes)]

    end = worked[-1][0]

    def by_time(figure):
        return [(minute / end, row[figure]) for minute, row in worked]

    labels = [(n / (len(sizes) - 1), size) for n, (size, _) in enumerate(sizes)]
    minutes = [(0, "0"), (0.5, f"{end / 2:.0f}"), (1, f"{end:.0f} min")]
    speed = [("elapsed", "#06c", by_size("boot")), ("processor", "#c60", by_size("processor"))]
    memory = [("resident", "#c60"), ("guest pages", "#090"), ("beyond", "#06c")]
    code = [("compiled code", "#06c"), ("code, classes", "#c60")]
    counts = [("regions", "#06c"), ("blocks", "#c60")]
    charts = [
        chart(0, 0, "Boot to the prompt, by -m", "seconds", speed[1:] if arguments.busy else speed, labels),
        chart(365, 0, "Memory at the prompt, by -m", "MB", [(f, c, by_size(f)) for f, c in memory], labels),
        chart(730, 0, "Memory while the guest works", "MB", [(f, c, by_time(f)) for f, c in memory], minutes),
        chart(0, 260, "Regions kept, while the guest works", "", [(f, c, by_time(f)) for f, c in counts[:1]], minutes),
        chart(365, 260, "Blocks kept, while the guest works", "", [(f, c, by_time(f)) for f, c in counts[1:]], minutes),
        chart(730, 260, "Host code, while the guest works", "MB", [(f, c, by_time(f)) for f, c in code], minutes),
    ]
    with open(arguments.output, "w") as svg:
        print(
            '<svg xmlns="http://www.w3.org/2000/svg" width="1100" height="520" font-family="sans-serif" font-size="12">',
            f"<!-- made by images/growth.py, {datetime.date.today()} -->",
            '<rect width="1100" height="520" fill="white"/>',
            *charts,
            "</svg>",
            sep="\n",
            file=svg,
        )
    table("-m, s and MB", sizes, ["boot", "processor", "resident", "guest pages", "beyond", "heap committed", "code, classes"])
    columns = ["resident", "guest pages", "beyond", "heap used", "heap committed", "compiled code", "code, classes"]
    columns += ["blocks", "regions", "regions made", "flushes"]
    tenth = [min(worked, key=lambda row: abs(row[0] - end * k / 10)) for k in range(11)]
    table("minutes, MB", [(f"{minute:.1f}", row) for minute, row in tenth], columns)


if __name__ == "__main__":
    main()
