#!/usr/bin/env python3
"""Debugging speed of the emulator's gdb server beside QEMU's TCG.

Both run the same kernel with debug information and the same initramfs, one stock gdb each; every measurement is
taken on both in turn. Prints the medians as a Markdown table. Makes the images it needs (tutorial-kernel.sh --slim,
busybox-initramfs.sh); needs gdb and qemu-system-x86 of Debian.
"""

import argparse
import datetime
import os
import platform
import select
import signal
import socket
import statistics
import subprocess
import sys
import time

from lib import add_emulator_options, emulator, image, java_version

PATIENCE = 120.0  # seconds for anything at all
MARK = "@end@"
OWN = "`{}`, gdb's own processor time"


class Talk:
    """A process whose output is collected while one waits for parts of it."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.text = ""  # what has come and was not waited for

    def collect(self, patience):
        """Takes what comes, at the latest after so many seconds; False if nothing did or can."""
        output = self.process.stdout.fileno()
        ready, _, _ = select.select([output], [], [], max(0, patience))
        data = os.read(output, 65536) if ready else b""
        self.text += data.decode("latin-1")
        return bool(data)

    def send(self, text):
        self.process.stdin.write(text.encode())
        self.process.stdin.flush()

    def expect(self, part):
        # Read here and not by a thread of its own: handing over would be a good part of what a `next` takes.
        end = time.monotonic() + PATIENCE
        while (at := self.text.find(part)) < 0:
            if not self.collect(end - time.monotonic()):
                raise RuntimeError(f"{self.name}: no {part!r} in {self.text!r}")
        passed = self.text[:at]
        self.text = self.text[at + len(part) :]
        return passed

    def close(self):
        self.process.kill()
        self.process.wait()


class Gdb(Talk):
    def __init__(self, name, vmlinux):
        quiet = ["pagination off", "width 0", "confirm off", f"auto-load safe-path {os.path.dirname(vmlinux)}"]
        command = ["gdb", "-nx", "-q"]
        for setting in quiet:
            command += ["-iex", "set " + setting]
        super().__init__(name, command + [vmlinux])
        self.number = 0
        self.run("echo")

    def start(self, command):
        self.number += 1
        self.send(f"{command}\necho \\n{MARK}{self.number}\\n\n")

    def end(self):
        return self.expect(f"\n{MARK}{self.number}\n")

    def run(self, command):
        self.start(command)
        return self.end()

    def line(self, command):
        """Seconds from Enter to the next prompt, for a command that prints no prompt of its own."""
        start = time.monotonic()
        self.send(command + "\n")
        self.expect("(gdb) ")
        return time.monotonic() - start

    def timed(self, command):
        start = time.monotonic()
        self.run(command)
        return time.monotonic() - start

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)


class Remote:
    """The remote protocol without a debugger."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def request(self, packet):
        self.start(packet)
        return self.reply()

    def start(self, packet):
        data = packet.encode()
        self.socket.sendall(b"$" + data + b"#%02x" % (sum(data) & 0xFF))

    def reply(self):
        while b"#" not in self.buffer or len(self.buffer) < self.buffer.index(b"#") + 3:
            if not (more := self.socket.recv(65536)):
                raise RuntimeError("closed by the server")
            self.buffer += more
        end = self.buffer.index(b"#") + 3
        reply = self.buffer[self.buffer.index(b"$") + 1 : end - 3]
        self.buffer = self.buffer[end:]
        self.socket.sendall(b"+")
        return reply

    def detach(self):
        self.request("D;1" if self.multiprocess else "D")
        self.socket.close()

    multiprocess = False


class Machine:
    """An emulator at the shell's prompt."""

    def __init__(self, name, command, port, vmlinux, environment=None):
        self.name = name
        self.port = port
        self.vmlinux = vmlinux
        self.console = Talk(f"{name}'s console", command + ["-gdb", f"tcp::{port}"], environment)
        self.console.expect("/ # ")
        self.gdb = None
        self.rows = {}

    def attach(self):
        self.gdb = Gdb(f"gdb of {self.name}", self.vmlinux)
        self.gdb.run(f"target remote :{self.port}")

    def detach(self):
        self.gdb.run("delete")
        self.gdb.run("detach")
        self.gdb.close()

    def stop_in(self, function, typed):
        """Continues to a function that the typed command runs."""
        self.gdb.run(f"tbreak {function}")
        self.gdb.start("continue")
        self.console.send(typed + "\n")
        self.gdb.end()

    def go_on(self, until="/ # "):
        """Continues, and stops again when the console shows a text."""
        self.gdb.run("delete")
        self.gdb.start("continue")
        self.console.expect(until)
        time.sleep(0.3)
        self.gdb.interrupt()
        self.gdb.end()

    def close(self):
        self.console.close()
        if self.gdb:
            self.gdb.close()


# Each measurement takes a machine with a stopped guest and returns values for its row.


def packets(machine):
    remote = Remote(machine.port)
    remote.request("?")
    count = 2000
    start = time.monotonic()
    for _ in range(count):
        remote.request("vCont;s")
    value = count / (time.monotonic() - start)
    remote.detach()
    return value


def attach_idle(machine):
    time.sleep(0.5)
    start = time.monotonic()
    remote = Remote(machine.port)
    remote.request("?")
    value = (time.monotonic() - start) * 1000
    remote.detach()
    return value


def stepi(machine):
    count = 1000
    return count / machine.gdb.timed(f"stepi {count}")


def processor_time(pid):
    """Seconds that a process has computed."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{task}/schedstat") as times:
            total += int(times.read().split()[0])
    return total / 1e9


def source_lines(machine, command, count):
    machine.stop_in("load_elf_binary", "/bin/hello")
    machine.gdb.expect("(gdb) ")
    before = processor_time(machine.gdb.process.pid)
    times = [machine.gdb.line(command) * 1000 for _ in range(count)]
    own = (processor_time(machine.gdb.process.pid) - before) * 1000 / count
    machine.rows.setdefault(OWN.format(command), []).append(own)
    machine.go_on("custom kernel!")
    return times


def step(machine):
    return source_lines(machine, "step", 60)


def next_line(machine):
    return source_lines(machine, "next", 40)


def finish(machine):
    machine.stop_in("load_elf_binary", "/bin/hello")
    value = machine.gdb.timed("finish") * 1000
    machine.go_on("custom kernel!")
    return value


def false_condition(machine):
    count = machine.writes
    machine.gdb.run("break ksys_write if $rdi == 0x12345")
    machine.gdb.start("continue")
    start = time.monotonic()
    machine.console.send(f"dd if=/dev/zero of=/dev/null bs=1 count={count}\n")
    machine.console.expect("records out")
    value = count / (time.monotonic() - start)
    machine.console.expect("/ # ")
    time.sleep(0.3)
    machine.gdb.interrupt()
    machine.gdb.end()
    machine.gdb.run("delete")
    return value


def watchpoint(machine):
    count = 200
    machine.stop_in("ksys_write if $rdx == 77", "dd if=/dev/zero of=/written bs=77 count=2000")
    # Not a place on a stack: QEMU 7.2 loses an interrupt whose frame hits a watchpoint, and its guest then sleeps
    # for ever.
    machine.gdb.run("watch -location pcpu_hot.current_task->files->fdt->fd[1]->f_pos")
    machine.gdb.run(f"ignore $bpnum {count}")
    value = count / machine.gdb.timed("continue")
    machine.go_on()
    return value


def read_memory(machine):
    return machine.gdb.timed("dump binary memory /dev/null 0xffff888001000000 0xffff888002000000") * 1000


def find(machine):
    pattern = "(char) 0x91, (char) 0x37, (char) 0xf5, (char) 0x02, (char) 0x6b, (char) 0xd8"
    return machine.gdb.timed(f"find 0xffff888001000000, +0x400000, {pattern}") * 1000


def script(command):
    def measure(machine):
        machine.gdb.timed(command)  # the first call looks types up
        return machine.gdb.timed(command) * 1000

    return measure


# What breakpoints cost that are never hit.

WORK = "i=0; while [ $i -lt 10000 ]; do i=$((i+1)); done; ls -lR /bin /dev | sha256sum; echo do''ne"


def expanded(reply):
    """A reply without run lengths."""
    out = bytearray()
    at = 0
    while at < len(reply):
        if reply[at : at + 1] == b"*":
            out += out[-1:] * (reply[at + 1] - 29)
            at += 1
        else:
            out.append(reply[at])
        at += 1
    return bytes(out)


def kernel_functions(vmlinux, count):
    """Addresses of functions spread evenly over the kernel's text."""
    lines = subprocess.run(["nm", "-n", vmlinux], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    symbols = [line.split() for line in lines]
    functions = sorted({int(a, 16) for a, kind, *_ in symbols if kind in "tT" and int(a, 16) >= 0xFFFFFFFF81000000})
    return functions[:: max(1, len(functions) // count)][:count]


def machine_thread(machine):
    """Processor time in seconds of the thread that runs the guest."""
    tasks = f"/proc/{machine.console.process.pid}/task"
    total = 0
    for task in os.listdir(tasks):
        with open(f"{tasks}/{task}/comm") as name, open(f"{tasks}/{task}/schedstat") as times:
            if name.read().strip() == "java":
                total += int(times.read().split()[0])
    return total / 1e9


def breakpoint_cost(machine, runs):
    def work():
        before = machine_thread(machine)
        machine.console.send(WORK + "\n")
        machine.console.expect("done")
        machine.console.expect("/ # ")
        return machine_thread(machine) - before

    def attached(addresses):
        remote = Remote(machine.port)
        remote.request("?")
        for address in addresses:
            remote.request(f"Z0,{address:x},1")
        remote.start("vCont;c")
        return remote

    def leave(remote):
        remote.socket.sendall(b"\x03")
        remote.reply()
        remote.detach()
        time.sleep(0.5)

    # Functions that the workload runs are left out: breakpoints there would be hit.
    never = kernel_functions(machine.vmlinux, 400)
    while True:
        remote = attached(never)
        machine.console.send(WORK + "\n")
        hits = set()
        while True:
            remote.socket.settimeout(2)
            try:
                remote.reply()
            except TimeoutError:
                while machine.console.collect(0):
                    pass
                if "/ # " in machine.console.text:
                    break
                continue
            little = expanded(remote.request("p10"))
            pc = int.from_bytes(bytes.fromhex(little.decode()), "little")
            hits.add(pc)
            remote.request(f"z0,{pc:x},1")
            remote.start("vCont;c")
        machine.console.expect("/ # ")
        leave(remote)
        print(f"{len(hits)} of {len(never)} functions are used", file=sys.stderr, flush=True)
        if not hits:
            break
        never = [address for address in never if address not in hits]
    never = never[:: max(1, len(never) // 100)][:100]
    rows = {"no debugger": [], "attached": [], f"{len(never)} breakpoints": []}
    for run in range(runs):
        # Each time another one is first, as the JVM goes on compiling all the while.
        order = list(rows)[run % 3 :] + list(rows)[: run % 3]
        for name in order:
            values = rows[name]
            remote = None if name == "no debugger" else attached(never if "break" in name else [])
            values.append(work())
            if remote:
                leave(remote)
        print({name: [round(v, 2) for v in values] for name, values in rows.items()}, file=sys.stderr, flush=True)
    base = statistics.median(rows["no debugger"])
    print("| | s of processor time | cost |\n|---|---|---|")
    for name, values in rows.items():
        print(f"| {name} | {statistics.median(values):.2f} | {100 * (statistics.median(values) / base - 1):+.1f} % |")


# name, unit, whether more is better, measurement, whether it wants gdb
ROWS = [
    ("attach to an idle guest", "ms", False, attach_idle, False),
    ("single steps, packets alone", "1/s", True, packets, False),
    ("`stepi 1000`", "1/s", True, stepi, True),
    ("`step`", "ms", False, step, True),
    (OWN.format("step"), "ms", False, None, True),
    ("`next`", "ms", False, next_line, True),
    (OWN.format("next"), "ms", False, None, True),
    ("`finish` out of load_elf_binary", "ms", False, finish, True),
    ("false condition on a hot function", "hits/s", True, false_condition, True),
    ("watchpoint on a hot variable", "hits/s", True, watchpoint, True),
    ("reading 16 MB", "ms", False, read_memory, True),
    ("`find` over 4 MB", "ms", False, find, True),
    ("`lx-ps`", "ms", False, script("lx-ps"), True),
    ("`lx-dmesg`", "ms", False, script("lx-dmesg"), True),
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def shown(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.2g}" if value < 10 else f"{value:.1f}"


def summary(values):
    """Median, and the worst where a row has many values in a run."""
    flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
    text = shown(statistics.median(flat))
    return statistics.median(flat), text + (f" (worst {shown(max(flat))})" if len(flat) > len(values) else "")


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    options.add_argument("--runs", type=int, default=3)
    add_emulator_options(options)
    options.add_argument("--qemu", default="qemu-system-x86_64")
    options.add_argument("--only", default="", help="rows whose name has this")
    options.add_argument("--breakpoints", action="store_true", help="measure what breakpoints cost that are not hit")
    options = options.parse_args()
    command, environment = emulator(options.java, options.jar, options.launcher)
    kernel = image("tutorial-kernel.sh", "--slim")
    vmlinux = os.path.join(os.path.dirname(kernel), "vmlinux")
    guest = ["-kernel", kernel, "-initrd", image("busybox-initramfs.sh"), "-append", "console=ttyS0"]
    guest += ["-m", "128M", "-nographic"]
    machines = []
    rows = [row for row in ROWS if options.only in row[0]]
    failure = None
    try:
        if options.breakpoints:
            machines.append(Machine("emulator", [*command, *guest], free_port(), vmlinux, environment))
            breakpoint_cost(machines[0], options.runs)
            return
        machines.append(Machine("QEMU", [options.qemu, "-accel", "tcg", *guest], free_port(), vmlinux))
        machines.append(Machine("emulator", [*command, *guest], free_port(), vmlinux, environment))
        machines[0].writes = 150
        machines[1].writes = 200_000
        for with_gdb in (False, True):
            for machine in machines:
                if with_gdb:
                    machine.attach()
            for name, unit, _, measure, wants_gdb in rows:
                if wants_gdb != with_gdb:
                    continue
                for _ in range(options.runs if measure else 0):
                    for machine in machines:
                        machine.rows.setdefault(name, []).append(measure(machine))
                found = ", ".join(f"{m.name} {summary(m.rows[name])[1]}" for m in machines)
                print(f"{name}: {found} {unit}", file=sys.stderr, flush=True)
    except (RuntimeError, OSError) as e:
        if options.breakpoints or len(machines) < 2:
            raise
        failure = e  # what has been measured is worth showing
    finally:
        for machine in machines:
            machine.close()
    start = f"JDK {java_version(options.java)}{', launcher' if options.launcher else ''}"
    print(f"{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, {start}, {options.runs} runs\n")
    print("| | unit | QEMU | emulator | times better |\n|---|---|---|---|---|")
    for name, unit, more, _, _ in rows:
        if not all(m.rows.get(name) for m in machines):
            continue
        (qemu, qemu_text), (emu, emu_text) = (summary(m.rows[name]) for m in machines)
        factor = emu / qemu if more else qemu / emu
        print(f"| {name} | {unit} | {qemu_text} | {emu_text} | {shown(factor)} |")
    if failure:
        sys.exit(f"ended early: {failure}")


if __name__ == "__main__":
    main()
