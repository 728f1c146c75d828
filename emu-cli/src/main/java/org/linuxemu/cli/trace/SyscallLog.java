package org.linuxemu.cli.trace;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.linuxemu.core.debug.MemoryAccess;
import org.linuxemu.core.state.CpuState;
import org.slf4j.Logger;

/**
 * Linux system calls, one line each in the style of strace, written when the call returns; calls
 * that do not return, and execve, when they are made. A process is known by its page tables; its
 * number is learned from calls that tell it, its name from its execve.
 */
final class SyscallLog {
    private static final int MAX_PENDING = 4096;
    private static final int MAX_PROCESSES = 4096;
    private static final int MAX_TEXT = 64;
    private static final int MAX_STRINGS = 32;
    private static final long PAGE_TABLES =
            0x000F_FFFF_FFFF_E000L; // without the bit of a split table
    private static final int EXECVE = 59;
    private static final int EXIT = 60;
    private static final int RT_SIGRETURN = 15;
    private static final int EXIT_GROUP = 231;
    private static final int EXECVEAT = 322;
    private static final int[] ARGUMENTS = {CpuState.RDI, CpuState.RSI, CpuState.RDX, 10, 8, 9};
    private static final String[] ERRORS = {
        "",
        "EPERM",
        "ENOENT",
        "ESRCH",
        "EINTR",
        "EIO",
        "ENXIO",
        "E2BIG",
        "ENOEXEC",
        "EBADF",
        "ECHILD",
        "EAGAIN",
        "ENOMEM",
        "EACCES",
        "EFAULT",
        "ENOTBLK",
        "EBUSY",
        "EEXIST",
        "EXDEV",
        "ENODEV",
        "ENOTDIR",
        "EISDIR",
        "EINVAL",
        "ENFILE",
        "EMFILE",
        "ENOTTY",
        "ETXTBSY",
        "EFBIG",
        "ENOSPC",
        "ESPIPE",
        "EROFS",
        "EMLINK",
        "EPIPE",
        "EDOM",
        "ERANGE",
        "EDEADLK",
        "ENAMETOOLONG",
        "ENOLCK",
        "ENOSYS",
        "ENOTEMPTY",
        "ELOOP"
    };

    /** A call that has not returned. */
    private record Call(long number, long[] arguments, long returnAddress) {}

    private static final class Process {
        private String name = "?";
        private long number;
    }

    /** A map that forgets its oldest entry, as a guest may make any number of them. */
    private static final class Bounded<V> extends LinkedHashMap<Long, V> {
        private final int limit;

        Bounded(int limit) {
            this.limit = limit;
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, V> eldest) {
            return size() > limit;
        }
    }

    private final Logger all;
    private final Logger execve;
    private final Map<Long, Call> pending = new Bounded<>(MAX_PENDING);
    private final Map<Long, Process> processes = new Bounded<>(MAX_PROCESSES);
    private final byte[] code = new byte[2];
    private boolean inKernel = true;
    private String newName;

    SyscallLog(Logger all, Logger execve) {
        this.all = all;
        this.execve = execve;
    }

    /** The processor stands before an instruction. */
    void boundary(CpuState state, long rip, MemoryAccess memory) {
        if (state.cpl != 3) {
            inKernel = true;
            return;
        }
        Process process = process(state);
        if (inKernel) {
            inKernel = false;
            Call call = pending.get(key(state));
            if (call != null && call.returnAddress == rip) {
                pending.remove(key(state));
                returned(process, call, state.regs[CpuState.RAX], memory);
            }
        }
        if (memory.read(rip, code, 0, 2) == 2 && code[0] == 0x0F && code[1] == 0x05) {
            entered(process, state, rip, memory);
        }
    }

    private static long key(CpuState state) {
        return (state.cr3 & PAGE_TABLES) * 31 + state.regs[CpuState.RSP];
    }

    private Process process(CpuState state) {
        long tables = state.cr3 & PAGE_TABLES;
        Process process = processes.get(tables);
        if (process == null) {
            process = new Process();
            processes.put(tables, process);
            if (newName != null) {
                process.name = newName;
                newName = null;
            }
        }
        return process;
    }

    private void entered(Process process, CpuState state, long rip, MemoryAccess memory) {
        long number = state.regs[CpuState.RAX] & 0xFFFFFFFFL;
        long[] arguments = new long[ARGUMENTS.length];
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = state.regs[ARGUMENTS[i]];
        }
        Call call = new Call(number, arguments, rip + 2);
        if (number == EXECVE || number == EXECVEAT) {
            write(process, text(call, memory, 0));
            String path = string(arguments[number == EXECVE ? 0 : 1], memory);
            newName = path == null ? null : path.substring(path.lastIndexOf('/') + 1);
        } else if (number == EXIT || number == EXIT_GROUP || number == RT_SIGRETURN) {
            write(process, text(call, memory, 0));
            return;
        }
        pending.put(key(state), call);
    }

    private void returned(Process process, Call call, long result, MemoryAccess memory) {
        boolean failed = result < 0 && result >= -4095;
        String name = SyscallNames.name(call.number);
        if (call.number == EXECVE || call.number == EXECVEAT) {
            newName = null; // it returns only when it fails
            write(process, name + "() = " + result(result, name));
            return;
        }
        if (!failed && (name.equals("set_tid_address") || name.equals("getpid"))) {
            process.number = result;
        }
        if (all != null) {
            write(process, text(call, memory, result) + " = " + result(result, name));
        }
    }

    private void write(Process process, String text) {
        String who =
                (process.number == 0 ? "?" : Long.toString(process.number))
                        + " "
                        + process.name
                        + " ";
        if (all != null) {
            all.trace(who + text);
        } else if (execve != null && text.startsWith("execve")) {
            execve.trace(who + text);
        }
    }

    private static String result(long result, String name) {
        if (result < 0 && result >= -4095) {
            int error = (int) -result;
            return "-1 " + (error < ERRORS.length ? ERRORS[error] : "errno " + error);
        }
        boolean address = name.equals("mmap") || name.equals("brk") || name.equals("mremap");
        return address ? "0x" + Long.toHexString(result) : Long.toString(result);
    }

    /** The call with its arguments; of a buffer that it fills as much as its result says. */
    private static String text(Call call, MemoryAccess memory, long result) {
        String name = SyscallNames.name(call.number);
        String signature = SyscallNames.signature(name);
        if (signature == null) {
            signature = "xxxxxx";
        }
        StringBuilder text = new StringBuilder(name).append('(');
        for (int i = 0; i < signature.length(); i++) {
            if (i > 0) {
                text.append(", ");
            }
            long next = i + 1 < call.arguments.length ? call.arguments[i + 1] : 0;
            char kind = signature.charAt(i);
            long size = kind == 'b' ? Math.min(next, result) : next;
            argument(text, kind, call.arguments[i], size, memory);
        }
        return text.append(')').toString();
    }

    private static void argument(
            StringBuilder text, char kind, long value, long size, MemoryAccess memory) {
        switch (kind) {
            case 'd':
                text.append((int) value == -100 ? "AT_FDCWD" : Integer.toString((int) value));
                return;
            case 'n':
                text.append(Long.toUnsignedString(value));
                return;
            case 'o':
                text.append('0').append(Long.toOctalString(value & 0xFFFFFFFFL));
                return;
            case 's':
                String string = string(value, memory);
                if (string != null) {
                    quote(text, string);
                    return;
                }
                break;
            case 'a':
                if (value != 0) {
                    strings(text, value, memory);
                    return;
                }
                break;
            case 'w':
            case 'b':
                bytes(text, value, size, memory);
                return;
            default:
                break;
        }
        text.append(value == 0 && kind != 'x' ? "NULL" : "0x" + Long.toHexString(value));
    }

    private static void bytes(StringBuilder text, long address, long size, MemoryAccess memory) {
        int wanted = (int) Math.max(0, Math.min(MAX_TEXT, size));
        byte[] data = new byte[wanted];
        int n = memory.read(address, data, 0, wanted);
        if (n < wanted || wanted == 0) {
            text.append("0x").append(Long.toHexString(address));
            return;
        }
        quote(text, new String(data, StandardCharsets.ISO_8859_1));
        if (size > MAX_TEXT) {
            text.append("...");
        }
    }

    private static void strings(StringBuilder text, long address, MemoryAccess memory) {
        text.append('[');
        byte[] pointer = new byte[8];
        for (int i = 0; i < MAX_STRINGS; i++) {
            if (memory.read(address + 8L * i, pointer, 0, 8) < 8) {
                text.append("...");
                break;
            }
            long at = 0;
            for (int b = 7; b >= 0; b--) {
                at = at << 8 | (pointer[b] & 0xFF);
            }
            if (at == 0) {
                break;
            }
            String string = string(at, memory);
            text.append(i > 0 ? ", " : "");
            if (string == null) {
                text.append("0x").append(Long.toHexString(at));
            } else {
                quote(text, string);
            }
        }
        text.append(']');
    }

    /** A string of the process, cut when it is long; null when it cannot be read at present. */
    private static String string(long address, MemoryAccess memory) {
        byte[] data = new byte[4 * MAX_TEXT];
        int n = memory.read(address, data, 0, data.length);
        for (int i = 0; i < n; i++) {
            if (data[i] == 0) {
                return new String(data, 0, i, StandardCharsets.UTF_8);
            }
        }
        return n < data.length ? null : new String(data, StandardCharsets.UTF_8) + "...";
    }

    private static void quote(StringBuilder text, String string) {
        text.append('"');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '\n') {
                text.append("\\n");
            } else if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c >= 0x7F && c < 0x100) {
                text.append('\\').append(Integer.toOctalString(c));
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
