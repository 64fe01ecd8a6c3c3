// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How many processors this process may keep busy: as many as the machine has, its affinity mask lets it use, the quota
/// of its control groups pays for and its batch job was given, whichever is least.
///
/// A thread more than that does not compute sooner: it takes turns, and the others wait for it at every barrier.
package struct AvailableProcessors: Sendable {
    /// The number, at least 1.
    package let count: Int
    /// What makes it less than the machine has; nil where nothing does.
    package let limit: String?

    /// Whether it is what a batch job was given for each of its processes.
    package var isOfJob: Bool { limit.map { Self.variables.contains($0) } ?? false }
    /// Whether it is what control groups pay for.
    package var isOfQuota: Bool { limit == Self.quotaName }

    private static let quotaName = "CPU quota"

    /// What schedulers tell their jobs, each with the processors of one process before those of the job on this machine:
    /// Slurm, PBS, Torque, LSF, Grid Engine.
    ///
    /// Not OMP_NUM_THREADS: many machines set it to 1 for everyone, as a habit of OpenMP programs alone.
    private static let variables = [
        "SLURM_CPUS_PER_TASK", "SLURM_CPUS_ON_NODE", "NCPUS", "PBS_NUM_PPN", "LSB_DJOB_NUMPROC", "NSLOTS",
    ]

    /// Those of this process.
    package static var own: AvailableProcessors {
        func read(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
        return AvailableProcessors(
            online: ProcessInfo.processInfo.activeProcessorCount,
            // Swift's Glibc lacks sched_getaffinity, whose answer this is.
            affinity: read("/proc/self/status").flatMap(affinity),
            quota: CPUQuota(read: read).processors,
            environment: ProcessInfo.processInfo.environment
        )
    }

    /// The least of what was found out.
    ///
    /// - Parameters:
    ///   - online: Processors of the machine.
    ///   - affinity: Processors in the affinity mask; nil where there is none.
    ///   - quota: Processors' time that control groups allow; nil without a limit.
    ///   - environment: The process's variables.
    init(online: Int, affinity: Int?, quota: Double?, environment: [String: String]) {
        var (count, limit) = (max(1, online), String?.none)
        func take(_ number: Int?, _ name: String) {
            guard let number, number >= 1, number < count else { return }
            (count, limit) = (number, name)
        }
        take(affinity, "affinity mask")
        // A part of a processor's time is worth a thread, too: otherwise nobody would use it.
        take(quota.map { max(1, Int(min($0, 1e6).rounded(.up))) }, Self.quotaName)
        if let name = Self.variables.first(where: { environment[$0].flatMap { Int($0) } != nil }) {
            take(environment[name].flatMap { Int($0) }, name)
        }
        (self.count, self.limit) = (count, limit)
    }

    /// Processors in the mask that a text like /proc/self/status tells; nil where it tells none.
    static func affinity(_ status: String) -> Int? {
        let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed:") }
        // Groups of hexadecimal digits, the highest processors first.
        let digits = line?.drop { $0 != ":" }.dropFirst().compactMap(\.hexDigitValue) ?? []
        let count = digits.reduce(0) { $0 + $1.nonzeroBitCount }
        return count > 0 ? count : nil
    }
}
