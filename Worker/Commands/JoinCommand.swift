// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Logging
import Logs

/// `worker run`: computes for a coordinator for as long as there is one.
struct JoinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Join a coordinator and compute what it hands out.",
        discussion: """
            A worker may be started before its coordinator, and outlives it: it keeps
            trying to connect, and keeps results until a coordinator has recorded them.
            On SIGTERM or Ctrl-C it hands back what it has not begun, finishes what it
            has, and leaves; a second one makes it leave at once. SIGHUP, SIGUSR1 and
            SIGUSR2 ask it to leave, too.

            Checkpoints and data sets are read from this machine's files if they are the
            same as the coordinator's, otherwise fetched from the coordinator and kept in
            a cache.

            With --scorer it computes external models, too: the command is run by the
            shell, kept running, and given images on its standard input (see
            docs/EXTERNAL.md).

            Exit code: 0 when it left and nothing is lost, 1 when it was refused or
            its connection broke, 2 when the command line is wrong, and 3 when it left
            before what it had begun was finished and recorded.

            Examples:
              worker run --join worker.join
              worker run --connect tcp://head:7461,tcp://10.0.0.5:7461 --key worker.key
              worker run --connect tcp://head:7461 --walltime 1:30:00 --cache /scratch/me
              worker run --connect tcp://127.0.0.1:7461 --threads 1 --data ~/datasets
              worker run --join worker.join --scorer resnet-flow='python score.py'
            """
    )

    @OptionGroup var connection: WorkerConnectionOptions

    @OptionGroup var compute: ComputeOptions

    @OptionGroup var data: DataFolderOption

    @OptionGroup var cache: CacheOptions

    @OptionGroup var scorers: ScorerOptions

    @Option(
        help: ArgumentHelp("Leave within this time: 90s, 45m, 1h30m, 1:30:00, 1-00:00:00.", valueName: "DURATION"),
        transform: { try DurationOption(text: $0) }
    )
    var walltime: DurationOption?

    @Option(
        help: ArgumentHelp("Time to finish what was begun when asked to leave. (default: 60s)", valueName: "DURATION"),
        transform: { try DurationOption(text: $0) }
    )
    var grace = DurationOption(.seconds(60))

    @Option(
        help: ArgumentHelp("Leave after this time with nothing to compute. (default: stay)", valueName: "DURATION"),
        transform: { try DurationOption(text: $0) }
    )
    var idleTimeout: DurationOption?

    @Flag(help: "Leave when the coordinator of the first run that was joined leaves, or begins another.")
    var oneRun = false

    @Option(
        help: ArgumentHelp(
            "Least severe level to print: \(choices(of: Logger.Level.self)). (default: info)",
            valueName: "LEVEL"
        ),
        transform: choice
    )
    var logLevel = Logger.Level.info

    @Option(
        help: ArgumentHelp(
            "How log lines are printed on standard error: \(choices(of: LogFormat.self)). (default: text)",
            valueName: "FORMAT"
        ),
        transform: choice
    )
    var logFormat = LogFormat.text

    @Option(help: .hidden)
    var parent: Int32?

    func run() async throws {
        try await reportingErrors {
            let environment = ProcessInfo.processInfo.environment
            let worker = try WorkerProcess(self, environment: environment)
            if let failure = try await worker.run().failure { throw failure }
        }
    }
}

/// The value that is written `text`.
private func choice<Value: RawRepresentable<String> & CaseIterable>(_ text: String) throws -> Value {
    guard let value = Value(rawValue: text) else {
        throw ValidationError("'\(text)' is none of \(choices(of: Value.self))")
    }
    return value
}

private func choices<Value: RawRepresentable<String> & CaseIterable>(of type: Value.Type) -> String {
    type.allCases.map(\.rawValue).joined(separator: ", ")
}

extension WorkerEnding {
    fileprivate var failure: CommandFailure? {
        switch self {
        case .refused(let reason): .failed("the coordinator refuses this worker: \(reason)")
        case .broken(let reason): .failed("the connection broke: \(reason)")
        case .cutShort(let reason): .cutShort(reason)
        case .left: nil
        }
    }
}
