// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import ResultStore
import WireProtocol

/// Where the coordinator of a live run listens.
struct LiveRunOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where the coordinator listens, or a list with commas. (default: as --join says, else BITSWEEP_CONNECT, else \(Endpoint.standard))",
            valueName: "ENDPOINT"
        )
    )
    var connect: [String] = []

    @Option(
        help: ArgumentHelp("Fail unless this is the run in progress there.", valueName: "RUN"),
        completion: .custom(Completion.runs)
    )
    var run: String?

    @OptionGroup var key: ClientKeyOption

    func exchange() throws -> ClientExchange { try ClientExchange(key.access(connect)) }

    /// Asks for `command` and prints the answer.
    func ask(_ command: ControlRequest.Command) async throws {
        let reply = try await exchange().control(command, run: RunName.ofLiveRun(run))
        try Terminal.output.write(lines: [reply.text] + reply.lines.map { "  \($0)" })
    }
}

extension RunName {
    /// What a coordinator is told of the run that is meant; nil for the one that is going on.
    ///
    /// - Throws: `CommandFailure.usage` for one that is not the newest.
    static func ofLiveRun(_ name: String?) throws(CommandFailure) -> String? {
        guard let name, let place = RunName(name).place else { return name }
        guard place == 1 else {
            throw .usage("--run \(name): a coordinator has one run, its newest; name the others where a store is read")
        }
        return nil
    }
}

/// `coordinator pause`: hand out nothing for a while.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Pause a live run: hand out no more work, but record what workers compute."
    )

    @OptionGroup var live: LiveRunOption

    func run() async throws { try await reportingErrors { try await live.ask(.pause) } }
}

/// `coordinator resume`: hand out work again.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Resume a paused run."
    )

    @OptionGroup var live: LiveRunOption

    func run() async throws { try await reportingErrors { try await live.ask(.resume) } }
}

/// `coordinator cancel`: end a run for good.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "End a live run for good; what it recorded stays in the store."
    )

    @OptionGroup var live: LiveRunOption

    func run() async throws { try await reportingErrors { try await live.ask(.cancel) } }
}

/// `coordinator drain`: let a worker leave in good order.
struct DrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drain",
        abstract: "Make a worker finish its current shard, hand back the rest, and leave.",
        discussion: """
            Examples:
              coordinator drain node-7
              coordinator drain node-7:4711 --connect tcp://cluster-head:7461
            """
    )

    @Argument(help: ArgumentHelp("A host (all its workers), HOST:PID, or the beginning of a worker's id."))
    var worker: String

    @OptionGroup var live: LiveRunOption

    func run() async throws { try await reportingErrors { try await live.ask(.drain(worker: worker)) } }
}
