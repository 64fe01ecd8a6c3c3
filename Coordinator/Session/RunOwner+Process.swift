// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore

extension RunOwner {
    /// This process.
    static var own: RunOwner {
        let process = ProcessInfo.processInfo
        return RunOwner(
            pid: process.processIdentifier,
            bootID: life(of: process.processIdentifier),
            host: process.hostName
        )
    }

    /// Whether the process is known to live: it is of this machine, and the one that has the number now.
    var isAlive: Bool {
        let own = Self.own
        return host == own.host && pid != own.pid && kill(pid, 0) == 0 && bootID == Self.life(of: pid)
    }

    /// The boot and the moment in it at which process `pid` began: a number that is given again names another life.
    private static func life(of pid: Int32) -> String {
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
