// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import SweepPlan

/// This machine and this process, as other parts name them.
enum Machine {
    static var host: String { ProcessInfo.processInfo.hostName }

    /// Who works on a run; a process id means nothing after the next boot.
    static var owner: RunOwner {
        let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
        return RunOwner(
            pid: ProcessInfo.processInfo.processIdentifier,
            bootID: boot?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown",
            host: host
        )
    }
}

extension RunOwner {
    /// Whether the process is known to live: it is of this machine, of its present boot, and there.
    var isAlive: Bool {
        let own = Machine.owner
        return host == own.host && bootID == own.bootID && pid != own.pid && kill(pid, 0) == 0
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
