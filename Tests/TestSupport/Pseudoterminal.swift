// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A terminal without a window: a program runs on it, keys are typed into it, and what it shows can be looked at.
public final class Pseudoterminal: Sendable {
    private let master: Int32
    private let path: String
    private let shown: Shown
    private let child = Mutex<pid_t>(0)

    /// What is shared with the thread that reads, which must not keep the terminal alive.
    private final class Shown: Sendable {
        let screen: Mutex<ScreenEmulator>
        let isClosed = Mutex(false)

        init(_ screen: ScreenEmulator) { self.screen = Mutex(screen) }
    }

    /// A terminal of so many columns and rows.
    public init?(width: Int, height: Int) {
        // What posix_openpt, unlockpt and ptsname do, which Glibc's module leaves out: TIOCSPTLCK and TIOCGPTN.
        master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (lock, number): (Int32, UInt32) = (0, 0)
        guard master >= 0, ioctl(master, 0x4004_5431, &lock) == 0, ioctl(master, 0x8004_5430, &number) == 0 else {
            return nil
        }
        path = "/dev/pts/\(number)"
        shown = Shown(ScreenEmulator(width: width, height: height))
        resize(width: width, height: height)
        Thread.detachNewThread { [master, shown] in Self.listen(master, shown) }
    }

    /// Starts a program whose terminal this is, in a session of its own.
    public func start(_ executable: Executable, _ arguments: [String], environment: [String: String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that the leader of a session opens is its own.
        posix_spawn_file_actions_addopen(&actions, 0, path, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // POSIX_SPAWN_SETSID, which Glibc's module leaves out.
        posix_spawnattr_setflags(&attributes, 0x80)
        let all = ProcessInfo.processInfo.environment.merging(["TERM": "xterm", "LANG": "C.UTF-8"]) { $1 }
            .merging(environment) { $1 }
        var words = ([executable.url.path] + arguments).map { strdup($0) } + [nil]
        var variables =
            all.filter { !["NO_COLOR", "LC_ALL", "ACCESSIBLE"].contains($0.key) || environment[$0.key] != nil }
            .map { strdup("\($0)=\($1)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var id = pid_t()
        let code = posix_spawn(&id, executable.url.path, &actions, &attributes, &words, &variables)
        guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EINVAL) }
        child.withLock { $0 = id }
    }

    /// Changes the size, of which the program is told.
    public func resize(width: Int, height: Int) {
        var size = winsize(ws_row: UInt16(height), ws_col: UInt16(width), ws_xpixel: 0, ws_ypixel: 0)
        shown.screen.withLock { $0 = ScreenEmulator(width: width, height: height, alternate: $0.isAlternate) }
        _ = ioctl(master, UInt(TIOCSWINSZ), &size)
    }

    /// Types keys.
    public func type(_ keys: String) {
        let bytes = Array(keys.utf8)
        _ = write(master, bytes, bytes.count)
    }

    /// Sends a signal to the program.
    public func signal(_ signal: Int32) { kill(child.withLock { $0 }, signal) }

    /// What is shown now.
    public var screen: ScreenEmulator { shown.screen.withLock { $0 } }

    /// Whether lines are read as shells read them: whole, and with what is typed shown.
    public var isOrdinary: Bool {
        var settings = termios()
        guard tcgetattr(master, &settings) == 0 else { return false }
        let wanted = tcflag_t(ICANON | ECHO | ISIG)
        return settings.c_lflag & wanted == wanted && settings.c_iflag & tcflag_t(ICRNL) != 0
    }

    /// Waits until what is shown satisfies a condition; false when it has not within `seconds`.
    public func shows(within seconds: Double = 20, _ condition: (ScreenEmulator) -> Bool) async -> Bool {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if condition(screen) { return true }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return condition(screen)
    }

    /// How the program ended: its exit code, or minus the signal's number; nil when it has not within `seconds`.
    public func end(within seconds: Double = 20) async -> Int32? {
        let (id, end) = (child.withLock { $0 }, ContinuousClock.now + .seconds(seconds))
        while ContinuousClock.now < end {
            if let status = wait(for: id, WNOHANG) { return status & 0x7F == 0 ? status >> 8 & 0xFF : -(status & 0x7F) }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return nil
    }

    private func wait(for id: pid_t, _ options: Int32) -> Int32? {
        var status: Int32 = 0
        return waitpid(id, &status, options) == id ? status : nil
    }

    private static func listen(_ master: Int32, _ shown: Shown) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while !shown.isClosed.withLock({ $0 }) {
            var source = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
            guard poll(&source, 1, 50) > 0 else { continue }
            let count = read(master, &buffer, buffer.count)
            // While nobody holds the other end there is nothing to read, and nothing to wait for either.
            if count > 0 { shown.screen.withLock { $0.feed(Array(buffer.prefix(count))) } } else { usleep(20_000) }
        }
        close(master)
    }

    deinit {
        let id = child.withLock { $0 }
        if id > 0 { kill(id, SIGKILL) }
        shown.isClosed.withLock { $0 = true }
    }
}
