// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation

/// A coordinator that Slurm starts, too, where login nodes let nothing run for long.
struct SlurmCoordinatorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Have Slurm start the sweep's coordinator, too, as a job of one processor.",
            valueName: "SWEEP"
        )
    )
    var coordinatorJob: String?

    @Option(
        help: ArgumentHelp(
            "An option of 'coordinator run' for that job, such as --run-option=--audit=0.01; repeat it.",
            valueName: "OPTION"
        )
    )
    var runOption: [String] = []

    func validate() throws {
        if coordinatorJob == nil, !runOption.isEmpty {
            throw ValidationError("--run-option is for a coordinator that Slurm starts: --coordinator-job SWEEP")
        }
    }

    /// The coordinator's command line.
    ///
    /// - Parameters:
    ///   - records: Where its store is.
    ///   - access: Which keys it uses.
    ///   - data: Where data sets are.
    /// - Returns: The program and its arguments; nil where Slurm is to start none.
    /// - Throws: `CommandFailure.usage` where it could not listen, or would not find its sweep.
    func command(_ records: LaunchRecords, _ access: SlurmAccessOptions, data: String?) throws -> [String]? {
        guard let coordinatorJob else { return nil }
        guard FileManager.default.isReadableFile(atPath: coordinatorJob) else {
            throw CommandFailure.usage("--coordinator-job \(coordinatorJob): cannot be read")
        }
        let own = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        var command = [own, "run", URL(filePath: coordinatorJob).path]
        command += ["--store", URL(filePath: records.store.store).path, "--listen", "tcp://*:0"]
        command += ["--endpoint-file", try records.place.endpointFile] + (try access.coordinatorArguments())
        if let data { command += ["--data", data] }
        return command + runOption
    }
}
