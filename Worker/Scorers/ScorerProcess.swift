// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// A scorer's program: a process group of its own, to which frames are sent and which answers with frames.
///
/// A frame is a length, eight bytes, little-endian, and so many bytes. Whoever made the process ends it, by ``end()``; no
/// process of the group is left then, and no zombie.
final class ScorerProcess: Sendable {
    /// How often somebody who waits looks at the time.
    private static let tick: Int32 = 200
    /// How long a process may take to leave when it is asked to.
    private static let grace: Duration = .seconds(1)

    private let pid: pid_t
    private let input: Int32
    private let output: Int32
    /// Whether it is ended, and nobody may speak to it any more.
    private let isEnded = Mutex(false)

    /// Has the shell start `command`; each line of its standard error goes to `log`.
    ///
    /// - Throws: `ScorerFault` when it cannot be started.
    init(_ command: String, log: @escaping @Sendable (String) -> Void) throws(ScorerFault) {
        var pipes: [Int32] = []
        for _ in 0..<3 {
            var ends: [Int32] = [-1, -1]
            guard pipe(&ends) == 0 else {
                let reason = String(cString: strerror(errno))
                for descriptor in pipes { close(descriptor) }
                throw .ended("cannot be started: \(reason)")
            }
            // No other program that is started meanwhile shall hold an end open.
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            pipes += ends
        }
        let (theirInput, input, output, theirOutput) = (pipes[0], pipes[1], pipes[2], pipes[3])
        let (errors, theirErrors) = (pipes[4], pipes[5])
        let started = Self.spawn(command, streams: [theirInput, theirOutput, theirErrors])
        for descriptor in [theirInput, theirOutput, theirErrors] { close(descriptor) }
        guard case .success(let pid) = started else {
            for descriptor in [input, output, errors] { close(descriptor) }
            guard case .failure(let fault) = started else { preconditionFailure("neither started nor not") }
            throw fault
        }
        for descriptor in [input, output] { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        (self.pid, self.input, self.output) = (pid, input, output)
        ScorerLines(errors, log).read()
    }

    private static func spawn(_ command: String, streams: [Int32]) -> Result<pid_t, ScorerFault> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (stream, descriptor) in streams.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(stream))
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The worker's own mask and ignored signals are not for others: a scorer can be asked to leave.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var pid: pid_t = 0
        let words: [UnsafeMutablePointer<CChar>?] = (["sh", "-c", command] as [String]).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let code = posix_spawn(&pid, "/bin/sh", &actions, &attributes, words, environ)
        return code == 0 ? .success(pid) : .failure(.ended("cannot be started: \(String(cString: strerror(code)))"))
    }

    /// Sends a frame, where there is one, and waits for the next frame of the process.
    ///
    /// - Parameters:
    ///   - request: What the frame holds.
    ///   - limit: The most bytes of the answer.
    ///   - timeout: How long all of it may take.
    ///   - passing: Called now and then while it waits.
    /// - Returns: What the answer holds.
    /// - Throws: `ScorerFault`; what the process says after that would be out of step, so it must be ended.
    func exchange(
        _ request: [UInt8]?,
        limit: Int,
        timeout: Duration,
        passing: () -> Void
    ) throws(ScorerFault) -> [UInt8] {
        // A process that has ended takes no more; it is told from its output.
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &broken, nil)
        var unsent = request.map { Self.frame($0)[...] } ?? []
        var answer: [UInt8] = []
        let begun = ContinuousClock.now
        while true {
            if isEnded.withLock({ $0 }) { throw .stopped }
            passing()
            guard ContinuousClock.now - begun < timeout else { throw .late(seconds: timeout / .seconds(1)) }
            var waited = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: unsent.isEmpty ? -1 : input, events: Int16(POLLOUT), revents: 0),
            ]
            guard poll(&waited, 2, Self.tick) > 0 else { continue }
            if waited[1].revents != 0 { send(&unsent) }
            if waited[0].revents != 0, let whole = try receive(&answer, limit: limit) {
                guard unsent.isEmpty else { throw .malformed("answers before it was asked everything") }
                return whole
            }
        }
    }

    private static func frame(_ bytes: [UInt8]) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
    }

    private func send(_ unsent: inout ArraySlice<UInt8>) {
        let written = unsent.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
        // Whoever takes nothing any more ends, which its output shows.
        if written > 0 { unsent = unsent.dropFirst(written) } else if errno != EAGAIN, errno != EINTR { unsent = [] }
    }

    /// Reads what there is; returns the frame once it is whole.
    private func receive(_ answer: inout [UInt8], limit: Int) throws(ScorerFault) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(output, &buffer, buffer.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return nil }
        guard count > 0 else { throw .ended(ending) }
        answer += buffer[..<count]
        guard answer.count >= 8 else { return nil }
        let length = answer[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(limit) else {
            let hint = "is standard output kept for the protocol alone?"
            throw .malformed("announces \(length) bytes, of which at most \(limit) are taken; \(hint)")
        }
        guard answer.count >= 8 + Int(length) else { return nil }
        guard answer.count == 8 + Int(length) else {
            throw .malformed("says \(answer.count - 8 - Int(length)) bytes more than it was asked for")
        }
        return Array(answer[8...])
    }

    /// How the process came to its end, which its closed output announces.
    private var ending: String {
        var information = siginfo_t()
        for _ in 0..<100 {
            information = siginfo_t()
            guard waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT) == 0 else { break }
            if information.si_signo != 0 { break }
            usleep(10_000)
        }
        guard information.si_signo != 0 else { return "closed its standard output" }
        let status = information._sifields._sigchld.si_status
        if information.si_code == CLD_EXITED { return "ended with code \(status)" }
        return "was ended by \(strsignal(status).map { String(cString: $0) } ?? "signal \(status)")"
    }

    /// Ends every process of the group, asked first and killed after a second, and forgets them.
    func end() {
        let isFirst = isEnded.withLock { isEnded in
            defer { isEnded = true }
            return !isEnded
        }
        guard isFirst else { return }
        close(input)
        kill(-pid, SIGTERM)
        let begun = ContinuousClock.now
        while ContinuousClock.now - begun < Self.grace, !hasExited { usleep(10_000) }
        // Before the leader is waited for: until then its number is nobody else's.
        kill(-pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        close(output)
    }

    private var hasExited: Bool {
        var information = siginfo_t()
        let code = waitid(P_PID, id_t(pid), &information, WEXITED | WNOHANG | WNOWAIT)
        return code != 0 || information.si_signo != 0
    }
}
