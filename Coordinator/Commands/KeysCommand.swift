// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import ArgumentParser
import CommandLine
import Foundation
public import Keyring
import Reporting
import ZeroMQ

/// `coordinator keys`: who may talk to this machine's coordinators.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make, show, allow and revoke the keys that encrypt a coordinator's endpoint.",
        discussion: """
            With keys, a coordinator encrypts everything it says and talks to allowed keys
            only, on this machine too. Without keys it listens on this machine alone.

            A key has a role. A worker's may compute; a viewer's may use status, tail and
            explain; an operator's may also pause, resume, cancel and drain. On the
            coordinator's machine clients use its own key, which may do all a client can.

            Examples:
              coordinator keys invite --output worker.join
              coordinator keys invite --role viewer --output viewer.join
              coordinator keys new --name gpu-3
              coordinator keys show
              coordinator keys revoke gpu-3
            """,
        subcommands: [Invite.self, New.self, Show.self, Allow.self, Revoke.self]
    )
}

extension KeysCommand {
    /// `coordinator keys new`: a key for other machines; the first time, the coordinator's own too.
    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Make a key for other machines and allow it; the first time, also the coordinator's own key.",
            discussion: """
                One key may serve many machines; a key for each can be revoked alone, and only
                workers with keys of their own can check each other (--audit). No file is ever
                overwritten.

                Examples:
                  coordinator keys new
                  coordinator keys new --name gpu-3 --output /media/stick/gpu-3.key
                  coordinator keys new --role viewer --name office
                """
        )

        @Option(help: "What the key may do: worker, viewer or operator.")
        var role = KeyRole.worker

        @Option(
            help: ArgumentHelp("What to call the key. (default: its role)", valueName: "NAME"),
            transform: { try KeyName($0) }
        )
        var name: KeyName?

        @Option(help: ArgumentHelp("The file to write. (default: NAME.key among the keys)", valueName: "FILE"))
        var output: String?

        @OptionGroup var keys: KeysOption

        func run() async throws {
            try await reportingErrors {
                let directory = try keys.directory
                let made = try naming { () throws(KeyringError) in
                    try directory.makeKey(name ?? .usual(role), role: role, output: output, at: Date())
                }
                var lines: [String] = []
                if made.madeCoordinator {
                    lines.append("\(directory.coordinatorFile): this coordinator's key; it stays on this machine")
                }
                let file = URL(filePath: made.file)
                let command = role == .worker ? "worker run" : "coordinator tail"
                lines += [
                    "\(made.file): the key '\(made.key.name)', allowed from now on as \(role.phrase)",
                    "",
                    "Copy \(made.file) to each machine, and keep it secret. Start there:",
                    "  \(command) --connect \(Endpoint.dialled("tcp://*:7461")) --key \(file.lastPathComponent)",
                    "(coordinator keys invite makes a file that says where, too.)",
                ]
                if made.madeCoordinator {
                    lines.append("Start here: coordinator run SWEEP --listen 'tcp://*:7461'\(keys.repeated)")
                }
                Terminal.output.tell(lines: lines)
            }
        }
    }

    /// `coordinator keys allow`: lets in a key that was made elsewhere.
    struct Allow: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "allow",
            abstract: "Allow a public key, such as one that was revoked.",
            discussion: """
                Public keys have characters that shells know, so put them in single quotes;
                and -- before them, because some begin like an option.

                Examples:
                  coordinator keys allow --name gpu-3 \\
                    -- 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'
                """
        )

        @Argument(
            help: ArgumentHelp("The key, 40 characters.", valueName: "public-key"),
            transform: { try readPublicKey($0) }
        )
        var publicKey: CurvePublicKey

        @Option(help: ArgumentHelp("What to call the key.", valueName: "NAME"), transform: { try KeyName($0) })
        var name: KeyName

        @Option(help: "What the key may do: worker, viewer or operator.")
        var role = KeyRole.worker

        @OptionGroup var keys: KeysOption

        func run() async throws {
            try await reportingErrors {
                let directory = try keys.directory
                try naming { () throws(KeyringError) in
                    try directory.allow(publicKey, name: name, role: role, at: Date())
                }
                Terminal.output.tell(lines: ["the key '\(name)' is allowed from now on as \(role.phrase)"])
                if !directory.hasKeys {
                    Terminal.output.tell(lines: ["There is no key of the coordinator yet: coordinator keys new"])
                }
            }
        }
    }

    /// `coordinator keys revoke`: no longer lets a key in.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Stop allowing a key.",
            discussion: """
                A running coordinator lets the key in no more, and within a second sends away
                whoever is connected with it; what a worker held goes to others. Rows that it
                delivered before stay in the store.

                Examples:
                  coordinator keys revoke gpu-3
                """
        )

        @Argument(help: ArgumentHelp("The key's name, or the public key.", valueName: "key"))
        var key: String

        @OptionGroup var keys: KeysOption

        func run() async throws {
            try await reportingErrors {
                let directory = try keys.directory
                let revoked = try naming { () throws(KeyringError) in try directory.revoke(key) }
                Terminal.output.tell(lines: [
                    "the key '\(revoked.name)' is let in no more; whoever is connected with it is sent away"
                ])
            }
        }
    }
}

/// What is wrong with keys is wrong with the command line or with files it names: code 2.
func naming<Value>(_ body: () throws(KeyringError) -> Value) throws(CommandFailure) -> Value {
    do {
        return try body()
    } catch {
        throw .usage("\(error)")
    }
}

extension KeyRole: ExpressibleByArgument {
    /// Whose key it is, in a sentence.
    var phrase: String {
        switch self {
        case .worker: "a worker's"
        case .viewer: "a viewer's"
        case .operator: "an operator's"
        }
    }
}

extension KeysOption {
    /// The option as it was typed, for the next command.
    var repeated: String { keys.map { " --keys '\($0)'" } ?? "" }
}

/// Reads a public key from the command line.
private func readPublicKey(_ text: String) throws -> CurvePublicKey {
    guard let key = try? CurvePublicKey(text: text) else { throw KeyringError.badKey(text) }
    return key
}
