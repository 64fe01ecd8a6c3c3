// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Keyring
import ZeroMQ

extension KeysCommand {
    /// `coordinator keys invite`: one file with all that another machine needs to join.
    struct Invite: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "invite",
            abstract: "Make one file with which another machine can join: endpoints, and a key with a role.",
            discussion: """
                The file has a new key, which is allowed from now on, the coordinator's public
                key, and where the coordinator listens; the first time, the coordinator's own
                key is made, too. Nothing else is needed on the other machine than the
                executable. It is a secret (mode 0600): copy it over a safe channel. One file
                may serve many machines; one for each can be revoked alone, and only workers
                with keys of their own can check each other (--audit).

                The coordinator may be started before or after, or move: whoever joins tries
                every endpoint of the file, for as long as it takes. --connect beside --join
                says other ones.

                Examples:
                  coordinator keys invite --output worker.join
                  coordinator keys invite --name gpu-3 --output gpu-3.join
                  coordinator keys invite --role operator --output operator.join
                  coordinator keys invite --endpoint tcp://head.example.org:7461 \\
                    --endpoint tcp://10.0.0.5:7461 --output worker.join
                """
        )

        @Option(help: ArgumentHelp("The file to write; it is never overwritten.", valueName: "FILE"))
        var output: String

        @Option(help: "What the key may do: worker, viewer or operator.")
        var role = KeyRole.worker

        @Option(
            help: ArgumentHelp(
                "What to call the key. (default: its role, with a number if need be)",
                valueName: "NAME"
            ),
            transform: { try KeyName($0) }
        )
        var name: KeyName?

        @Option(
            help: ArgumentHelp(
                "Where others reach the coordinator; tcp://*:PORT stands for this machine's name and addresses. "
                    + "Several may be given. (default: tcp://*:7461)",
                valueName: "ENDPOINT"
            )
        )
        var endpoint: [String] = []

        @OptionGroup var keys: KeysOption

        func run() async throws {
            try await reportingErrors {
                let directory = try keys.directory
                let (endpoints, remark) = try endpoints()
                let made = try naming { () throws(KeyringError) in
                    try directory.invite(name, role: role, to: endpoints, output: output, at: Date())
                }
                var lines: [String] = []
                if made.madeCoordinator {
                    lines.append("\(directory.coordinatorFile): this coordinator's key; it stays on this machine")
                }
                lines += [
                    "\(made.file): an invitation to \(endpoints)",
                    "with the key '\(made.key.name)', allowed from now on as \(role.phrase)",
                ]
                if let remark { lines.append(remark) }
                Terminal.output.tell(lines: lines + [""] + commands(for: made.file))
            }
        }

        /// Where the coordinator is reached, and what the user should know of that.
        private func endpoints() throws -> (EndpointList, remark: String?) {
            let wanted = endpoint.isEmpty ? ["tcp://*:7461"] : endpoint
            do {
                let given = try wanted.flatMap { try EndpointList(parsing: [$0]).endpoints }
                let reachable = given.flatMap { Endpoint.reachable($0)?.endpoints ?? [] }
                if !reachable.isEmpty { return (try EndpointList(parsing: reachable), nil) }
                let own = given.map { Endpoint.local($0) }
                return (
                    try EndpointList(parsing: own),
                    "This machine has no address that others can reach, so it is for this machine alone; "
                        + "--endpoint tcp://HOST:PORT says another."
                )
            } catch let problem as EndpointList.Problem {
                throw CommandFailure.usage("--endpoint: \(problem)")
            }
        }

        private func commands(for file: String) -> [String] {
            let name = URL(filePath: file).lastPathComponent
            let command = role == .worker ? "worker run" : "coordinator tail"
            let listen = endpoint.first.flatMap { TCPEndpoint($0)?.port } ?? "7461"
            return [
                "Copy \(file) to each machine, and keep it secret. Start there:",
                "  \(command) --join \(name)",
                "Start here:",
                "  coordinator run SWEEP --listen 'tcp://*:\(listen)'\(keys.repeated)",
            ]
        }
    }
}
