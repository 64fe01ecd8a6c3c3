// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Launching
import ResultStore

/// The scripts of one `coordinator launch slurm`.
struct SlurmScripts {
    /// Variables that programs on other machines read, and that are no secret and no path to one.
    private static let variables = ["BITSWEEP_DATA", "BITSWEEP_ISA"]

    let folder: LaunchFolder
    let times: SlurmTimes
    /// The run that workers are for; nil where it is not known here.
    let run: RunRecord?
    /// The coordinator's; nil where Slurm is to start none.
    let coordinator: SlurmScript?

    private let slurm: SlurmOptions
    private let name: String
    private let atOnce: Int?
    private let command: [String]
    private let environment: [(name: String, value: String)]
    /// Whether workers find the coordinator by a file.
    private let followsFile: Bool

    /// - Throws: `CommandFailure.usage` where workers could not start, could not connect, or would compute nothing.
    init(_ options: LaunchSlurmCommand, environment: [String: String]) throws {
        (slurm, atOnce) = (options.slurm, options.atOnce)
        (folder, times) = (try options.records.place, try options.slurm.times)
        self.environment = Self.variables.compactMap { name in environment[name].map { (name, $0) } }
        let isApart = try options.records.areApart
        // A store that another machine may be using is not looked into.
        let results = isApart ? nil : try options.records.openForReading()
        try ShardFit.require(times, of: results)
        run = options.coordinator.coordinatorJob == nil ? try results?.runs().first : nil
        let sweep = options.coordinator.coordinatorJob.map {
            URL(filePath: $0).deletingPathExtension().lastPathComponent
        }
        name = slurm.jobName(sweep ?? run?.sweep)
        followsFile = options.access.connect.isEmpty && options.access.join == nil && (sweep != nil || isApart)
        command = try Self.command(options, run, followsFile: followsFile)
        let coordinator = try options.coordinator.command(options.records, options.access, data: options.data)
        self.coordinator = try coordinator.map { [folder, times, slurm, name, environment = self.environment] command in
            SlurmScript(
                role: .coordinator,
                name: "\(name)-coordinator",
                times: times,
                settings: try slurm.settings(cpus: 1),
                setup: slurm.setup,
                environment: environment,
                logs: folder.path,
                command: command
            )
        }
    }

    /// The script that starts so many workers, once the job `coordinator` has begun.
    func workers(_ count: Int, after coordinator: String?) throws -> SlurmScript {
        let dependency = try coordinator.map { try SlurmSetting("dependency=after:\($0)") }
        return SlurmScript(
            role: .workers(count: count, atOnce: atOnce),
            name: name,
            times: times,
            settings: try [dependency].compactMap(\.self) + slurm.settings(cpus: slurm.cpus),
            setup: slurm.setup,
            environment: environment,
            logs: folder.path,
            command: command,
            endpointFile: followsFile ? folder.endpointFile : nil
        )
    }

    private static func command(
        _ options: LaunchSlurmCommand,
        _ run: RunRecord?,
        followsFile: Bool
    ) throws -> [String] {
        var command = [try options.executable ?? LocalWorkers.executable().path, "run"]
        if !followsFile { command += try options.access.endpointArguments(run, store: options.records.store.store) }
        command += try options.access.keyArguments()
        command += ["--idle-timeout", "\(options.idleTimeout)"]
        if let data = options.data { command += ["--data", data] }
        return command + options.workerOptions
    }
}
