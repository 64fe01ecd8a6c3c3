// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Engine
import Foundation
import Kernels
import Keyring
import Vocabulary
import WireProtocol

/// `worker doctor`: whether a worker could work here, and reach its coordinator.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check whether a worker can work here and reach its coordinator, and say what to do.",
        discussion: """
            Checks the program and its numerics, instruction set and speed, processors,
            memory, limits, and the cache; with --join or --connect also the name, the
            route, the port, the handshake, and whether the coordinator would take a
            worker of this build. Each --scorer is started and given two images. Give
            the options that 'worker run' will be given. It joins no run and computes
            nothing of one.

            Exit code: 0 when a worker can work, 1 when something keeps it from working,
            2 when the command line or a key file is wrong.

            Examples:
              worker doctor
              worker doctor --join worker.join
              worker doctor --connect tcp://head:7461 --key worker.key --json
            """
    )

    @OptionGroup var connection: WorkerConnectionOptions

    @OptionGroup var compute: ComputeOptions

    @OptionGroup var data: DataFolderOption

    @OptionGroup var cache: CacheOptions

    @OptionGroup var scorers: ScorerOptions

    @Flag(help: "Measure no speed; then it takes a fraction of a second.")
    var quick = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let examination = try await reportingErrors {
            let examination = try await examine(ProcessInfo.processInfo.environment)
            if json {
                try Terminal.output.write(examination.json() + "\n")
            } else {
                try Terminal.output.write(lines: examination.lines)
            }
            return examination
        }
        if !examination.isWell { throw ExitCode(1) }
    }

    private func examine(_ environment: [String: String]) async throws -> Examination {
        // Before anything is measured: a file that cannot be read is told at once.
        let coordinator = connection.isGiven ? try connection.accessForAnyRole() : nil
        let kernels = try compute.kernels()
        let folders = UserFolders(environment)
        let numerics = NumericsIdentity(measuredWith: kernels)
        var examination = Examination()
        let program = ProgramCheck(kernels: kernels, numerics: numerics, threads: compute.threadCount)
        examination.add(program.findings(measuresSpeed: !quick))
        examination.add(EnvironmentCheck(environment: environment).findings)
        examination.add(MachineCheck(threads: compute.threadCount).findings)
        let dataFolders = [data.data, folders.path("BITSWEEP_DATA")].compactMap(\.self)
        let cacheCheck = CacheCheck(
            directory: cache.directory(folders),
            limit: cache.cacheLimit.bytes,
            dataFolders: dataFolders
        )
        examination.add(cacheCheck.findings)
        examination.add(ScorerCheck(options: scorers).findings)
        if let coordinator {
            let hello = Hello(
                measuredAs: numerics,
                threads: compute.threadCount,
                instructionSet: "\(kernels.instructionSet)"
            )
            examination.add(await EndpointCheck(coordinator: coordinator, introduction: hello).findings())
        }
        return examination
    }
}
