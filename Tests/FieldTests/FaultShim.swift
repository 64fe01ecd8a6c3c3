// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A library that is loaded before the system's and lets calls on some files fail.
///
/// It stands for a disk quota, a bad disk, a network file system without locks. It is compiled by the test, where the
/// machine has a C compiler.
struct FaultShim {
    /// Why the library, or a fault, could not be made.
    struct Problem: Error {
        let text: String
    }

    /// The errors of Linux that tests bring about.
    enum Fault: Int {
        case noLocks = 37
        case quota = 122
        case inputOutput = 5
        case stale = 116
        case full = 28
    }

    /// What becomes of locks.
    enum Locks {
        /// They cannot be had.
        case fail(Fault)
        /// Everybody has them at once.
        case grantedToAll
    }

    /// A C compiler; nil where the machine has none.
    static let compiler: String? = ["cc", "clang", "gcc"].compactMap { name in
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }.first

    private let folder: TemporaryFolder

    /// Compiles the library.
    init() async throws {
        folder = try TemporaryFolder()
        let (source, library) = (try folder.write(Self.source, to: "faults.c"), folder.path("faults.so"))
        let line = "\(Self.compiler ?? "cc") -shared -fPIC -O1 -o \(library) \(source) -ldl"
        let outcome = try await Executable.shell(line).outcome()
        guard outcome.code == 0 else { throw Problem(text: outcome.errors) }
    }

    /// The environment of a process whose reads and writes of files with `part` in their paths fail while there is a fault.
    func environment(of part: String) -> [String: String] {
        ["LD_PRELOAD": folder.path("faults.so"), "FAULT_PART": part, "FAULT_FILE": folder.path("fault")]
    }

    /// The environment of a process that finds locks of files with `part` in their paths to be like this.
    func environment(of part: String, _ locks: Locks) -> [String: String] {
        let code = if case .fail(let fault) = locks { fault.rawValue } else { 0 }
        return environment(of: part).merging(["FAULT_LOCKS": "\(code)"]) { $1 }
    }

    /// Lets the calls named fail from now on: `write`, `sync`, `truncate`, `read`.
    func fail(_ calls: [String] = ["write", "sync", "truncate"], with fault: Fault) throws {
        try folder.write("\(fault.rawValue) \(calls.joined(separator: " "))\n", to: "fault.new")
        guard rename(folder.path("fault.new"), folder.path("fault")) == 0 else { throw Problem(text: "no rename") }
    }

    /// Lets calls succeed again.
    func pass() throws { try FileManager.default.removeItem(atPath: folder.path("fault")) }

    private static let source = #"""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <errno.h>
        #include <fcntl.h>
        #include <stdarg.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/syscall.h>
        #include <sys/types.h>
        #include <unistd.h>

        static int is_meant(int file) {
            char link[64], path[4096];
            const char *part = getenv("FAULT_PART");
            if (!part) return 0;
            strcpy(link, "/proc/self/fd/");
            char *end = link + strlen(link), digits[16];
            int count = 0;
            do { digits[count++] = '0' + file % 10; file /= 10; } while (file);
            while (count) *end++ = digits[--count];
            *end = 0;
            ssize_t length = readlink(link, path, sizeof path - 1);
            if (length < 0) return 0;
            path[length] = 0;
            return strstr(path, part) != NULL;
        }

        static int fault(int file, const char *call) {
            char text[256];
            const char *name = getenv("FAULT_FILE");
            if (!name || file < 0) return 0;
            int before = errno;
            int control = syscall(SYS_openat, AT_FDCWD, name, O_RDONLY | O_CLOEXEC);
            if (control < 0) { errno = before; return 0; }
            ssize_t length = syscall(SYS_read, control, text, sizeof text - 1);
            syscall(SYS_close, control);
            errno = before;
            if (length <= 0) return 0;
            text[length] = 0;
            if (!strstr(text, call) || !is_meant(file)) { errno = before; return 0; }
            errno = atoi(text);
            return 1;
        }

        #define FAIL(result, call, name, parameters, arguments) \
            result name parameters { \
                static result (*next) parameters; \
                if (!next) next = (result (*) parameters)dlsym(RTLD_NEXT, #name); \
                return fault(file, call) ? -1 : next arguments; \
            }

        FAIL(ssize_t, "write", write, (int file, const void *bytes, size_t count), (file, bytes, count))
        FAIL(ssize_t, "write", pwrite, (int file, const void *bytes, size_t count, off_t at), (file, bytes, count, at))
        FAIL(ssize_t, "write", pwrite64, (int file, const void *bytes, size_t count, off64_t at), (file, bytes, count, at))
        FAIL(ssize_t, "read", pread, (int file, void *bytes, size_t count, off_t at), (file, bytes, count, at))
        FAIL(ssize_t, "read", pread64, (int file, void *bytes, size_t count, off64_t at), (file, bytes, count, at))
        FAIL(int, "sync", fsync, (int file), (file))
        FAIL(int, "sync", fdatasync, (int file), (file))
        FAIL(int, "truncate", ftruncate, (int file, off_t size), (file, size))
        FAIL(int, "truncate", ftruncate64, (int file, off64_t size), (file, size))

        static int control(const char *name, int file, int command, void *argument) {
            const char *locks = getenv("FAULT_LOCKS");
            int is_lock = (command >= F_GETLK && command <= F_SETLKW) || (command >= 36 && command <= 38);
            if (locks && is_lock && is_meant(file)) {
                if (command == F_GETLK || command == 36) ((struct flock *)argument)->l_type = F_UNLCK;
                errno = atoi(locks);
                return errno ? -1 : 0;
            }
            int (*next)(int, int, ...) = (int (*)(int, int, ...))dlsym(RTLD_NEXT, name);
            return next(file, command, argument);
        }

        #define CONTROL(name) \
            int name(int file, int command, ...) { \
                va_list list; \
                va_start(list, command); \
                void *argument = va_arg(list, void *); \
                va_end(list); \
                return control(#name, file, command, argument); \
            }

        CONTROL(fcntl)
        CONTROL(fcntl64)
        """#
}
