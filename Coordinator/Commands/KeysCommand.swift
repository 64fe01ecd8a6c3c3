// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Keyring
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

            Examples:
              coordinator keys new
              coordinator keys new --name gpu-3
              coordinator keys show
              coordinator keys revoke gpu-3
            """,
        subcommands: [New.self, Show.self, Allow.self, Revoke.self]
    )
}

extension KeysCommand {
    /// `coordinator keys new`: a key for other machines; the first time, the coordinator's own too.
    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "new",
            abstract: "Make a key for other machines and allow it; the first time, also the coordinator's own key.",
            discussion: """
                One key may serve many machines; a key for each can be revoked alone. No file
                is ever overwritten.

                Examples:
                  coordinator keys new
                  coordinator keys new --name gpu-3 --output /media/stick/gpu-3.key
                """
        )

        @Option(help: ArgumentHelp("What to call the key.", valueName: "NAME"), transform: { try KeyName($0) })
        var name = KeyName.worker

        @Option(help: ArgumentHelp("The file to write. (default: NAME.key among the keys)", valueName: "FILE"))
        var output: String?

        @OptionGroup var keys: KeysOption

        func run() async throws {
            try await reportingErrors {
                let directory = try keys.directory
                let made = try naming { () throws(KeyringError) in
                    try directory.makeKey(name, output: output, at: Date())
                }
                var lines: [String] = []
                if made.madeCoordinator {
                    lines.append("\(directory.coordinatorFile): this coordinator's key; it stays on this machine")
                }
                let file = URL(filePath: made.file)
                lines += [
                    "\(made.file): the key '\(name)', allowed from now on",
                    "",
                    "Copy \(made.file) to each machine, and keep it secret. Start there:",
                    "  worker run --connect \(Endpoint.dialled("tcp://*:7461")) --key \(file.lastPathComponent)",
                ]
                if made.madeCoordinator {
                    lines.append("Start here: coordinator run SWEEP --listen 'tcp://*:7461'\(keys.repeated)")
                }
                Terminal.output.write(lines: lines)
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
                  coordinator keys allow --name gpu-3 -- 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'
                """
        )

        @Argument(
            help: ArgumentHelp("The key, 40 characters.", valueName: "public-key"),
            transform: { try readPublicKey($0) }
        )
        var publicKey: CurvePublicKey

        @Option(help: ArgumentHelp("What to call the key.", valueName: "NAME"), transform: { try KeyName($0) })
        var name: KeyName

        @OptionGroup var keys: KeysOption

        func run() async throws {
            try await reportingErrors {
                let directory = try keys.directory
                try naming { () throws(KeyringError) in try directory.allow(publicKey, name: name, at: Date()) }
                Terminal.output.write(lines: ["the key '\(name)' is allowed from now on"])
                if !directory.hasKeys {
                    Terminal.output.write(lines: ["There is no key of the coordinator yet: coordinator keys new"])
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
                A running coordinator turns the key away at its next connection. A worker that
                is connected stays until it leaves; make it leave with 'coordinator drain
                WORKER'.

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
                Terminal.output.write(lines: [
                    "the key '\(revoked.name)' is let in no more; workers that are connected with it stay until they leave:",
                    "  coordinator drain WORKER",
                ])
            }
        }
    }
}

/// What is wrong with keys is wrong with the command line or with files it names: code 2.
private func naming<Value>(_ body: () throws(KeyringError) -> Value) throws(CommandFailure) -> Value {
    do {
        return try body()
    } catch {
        throw .usage("\(error)")
    }
}

extension KeysOption {
    /// The option as it was typed, for the next command.
    fileprivate var repeated: String { keys.map { " --keys '\($0)'" } ?? "" }
}

/// Reads a public key from the command line.
private func readPublicKey(_ text: String) throws -> CurvePublicKey {
    guard let key = try? CurvePublicKey(text: text) else { throw KeyringError.badKey(text) }
    return key
}
