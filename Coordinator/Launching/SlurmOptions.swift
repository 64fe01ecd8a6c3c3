// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Launching

/// What is asked of Slurm.
struct SlurmOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Time limit of each allocation, as 45m, 4h or 1-12:00:00.", valueName: "DURATION"),
        transform: { try DurationOption.duration($0) }
    )
    var time: Duration

    @Option(
        help: ArgumentHelp(
            "How long before that limit workers have left. (default: 4m, at most half of it)",
            valueName: "DURATION"
        ),
        transform: { try DurationOption.duration($0) }
    )
    var margin: Duration?

    @Option(help: ArgumentHelp("The partition, or several with commas. (default: the cluster's)", valueName: "NAME"))
    var partition: String?

    @Option(help: ArgumentHelp("Processors of each worker. (default: the cluster's, often 1)", valueName: "N"))
    var cpus: Int?

    @Option(
        help: ArgumentHelp(
            "Memory of each worker, as 4G. (default: none is asked for, which some clusters insist on)",
            valueName: "SIZE"
        )
    )
    var memory: String?

    @Option(
        help: ArgumentHelp(
            "A line of shell before the worker, such as 'module load gcc'; repeat it.",
            valueName: "LINE"
        )
    )
    var setup: [String] = []

    @Option(
        help: ArgumentHelp("Any other option of sbatch, such as account=vision; repeat it.", valueName: "KEY=VALUE"),
        transform: { try SlurmSetting($0) }
    )
    var sbatch: [SlurmSetting] = []

    @Option(help: ArgumentHelp("The job's name. (default: bitsweep-SWEEP)", valueName: "NAME"))
    var name: String?

    func validate() throws {
        if let cpus, !(1...65536).contains(cpus) { throw ValidationError("--cpus is a whole number from 1") }
        if let name, !Self.isName(name) {
            throw ValidationError("--name \(name): use letters, digits, '.', '-' and '_'")
        }
        _ = try times
    }

    /// How an allocation's time is used.
    var times: SlurmTimes {
        get throws {
            do {
                return try SlurmTimes(limit: time, margin: margin)
            } catch {
                throw ValidationError("\(error)")
            }
        }
    }

    /// What the user asked for, as options of sbatch, for a job with so many processors.
    func settings(cpus: Int?) throws -> [SlurmSetting] {
        var settings: [SlurmSetting] = []
        if let partition { settings.append(try SlurmSetting("partition=\(partition)")) }
        if let cpus { settings.append(try SlurmSetting("cpus-per-task=\(cpus)")) }
        if let memory { settings.append(try SlurmSetting("mem=\(memory)")) }
        return settings + sbatch
    }

    /// The job's name, for a sweep that is called `sweep`.
    func jobName(_ sweep: String?) -> String {
        if let name { return name }
        let tail = (sweep ?? "").map { Self.letters.contains($0) ? $0 : "-" }
        return tail.isEmpty ? "bitsweep" : "bitsweep-" + String(tail.prefix(40))
    }

    private static let letters = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")

    private static func isName(_ text: String) -> Bool { !text.isEmpty && text.allSatisfy(letters.contains) }
}
