// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Vocabulary

/// This machine and this process, as other parts name them.
enum Machine {
    static var host: String { ProcessInfo.processInfo.hostName }

    /// Raises the limit of open files as far as the system lets it be raised: each worker is a connection.
    static func raiseFileLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    /// Who works on a run.
    static var owner: RunOwner {
        let pid = ProcessInfo.processInfo.processIdentifier
        return RunOwner(pid: pid, bootID: life(of: pid), host: host)
    }

    /// The boot and the moment in it at which process `pid` began: a number that is given again names another life.
    static func life(of pid: Int32) -> String {
        let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return "\(boot?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown")/\(start(of: pid) ?? "unknown")"
    }

    /// The start of a process in ticks since the boot: the 22nd field of its status, 20 behind the name's parenthesis.
    private static func start(of pid: Int32) -> String? {
        let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        guard let status, let end = status.lastIndex(of: ")") else { return nil }
        let fields = status[status.index(after: end)...].split(separator: " ")
        return fields.count > 19 ? String(fields[19]) : nil
    }
}

extension RunOwner {
    /// Whether the process is known to live: it is of this machine, and the one that has the number now.
    var isAlive: Bool {
        let own = Machine.owner
        return host == own.host && pid != own.pid && kill(pid, 0) == 0 && bootID == Machine.life(of: pid)
    }
}

/// Names of runs.
enum RunID {
    /// A short, readable id that sorts by time: the sweep's name, the second, and four random digits.
    static func make(sweep: String, at now: Date) -> String {
        let time = now.formatted(
            Date.VerbatimFormatStyle(
                format: """
                    \(year: .defaultDigits)\(month: .twoDigits)\(day: .twoDigits)-\
                    \(hour: .twoDigits(clock: .twentyFourHour, hourCycle: .zeroBased))\(minute: .twoDigits)\
                    \(second: .twoDigits)
                    """,
                timeZone: .gmt,
                calendar: Calendar(identifier: .iso8601)
            )
        )
        let digits = String(UInt32.random(in: 0...0xffff), radix: 16)
        return "\(sweep.prefix(40))-\(time)-\(String(repeating: "0", count: 4 - digits.count))\(digits)"
    }
}
