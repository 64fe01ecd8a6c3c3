// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Keyring
import Launching
import ZeroMQ

/// What launched workers connect to, and with which key.
struct LaunchAccessOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Invitation that workers join with ('coordinator keys invite' makes one).",
            valueName: "FILE"
        )
    )
    var join: String?

    @Option(
        help: ArgumentHelp(
            "Where workers connect, or with --reverse-tunnel this machine. (default: as the invitation says, else BITSWEEP_CONNECT)",
            valueName: "ENDPOINT"
        )
    )
    var connect: String?

    @Option(
        name: .customLong("key"),
        help: ArgumentHelp("Key file that workers connect with. (default: BITSWEEP_KEY)", valueName: "FILE")
    )
    var givenKey: String?

    @Flag(help: "Have workers connect without encryption.")
    var insecure = false

    /// The key file, where neither an invitation nor no key at all is wanted.
    private var key: String? {
        givenKey ?? (join == nil && !insecure ? UserFolders().path("BITSWEEP_KEY") : nil)
    }

    /// Where workers connect, where that is said.
    private var endpoint: String? { connect ?? (join == nil ? UserFolders.connection : nil) }

    func validate() throws {
        _ = try givenKeyOption(join: join, key: givenKey, insecure: insecure)
        if try givenKeyOption(join: join, key: key, insecure: insecure) == nil {
            throw ValidationError(
                "what may workers join with? Give --join FILE ('coordinator keys invite --output FILE' makes one)"
            )
        }
    }

    /// What the options say; `isTunnelled` where workers connect through SSH.
    ///
    /// - Throws: `CommandFailure.usage` when a file cannot be used, or nothing says where to connect.
    func found(isTunnelled: Bool) throws -> LaunchAccess {
        if join == nil, endpoint == nil, !isTunnelled {
            throw CommandFailure.usage(
                "where is the coordinator? Give --connect ENDPOINT, or --join with an invitation"
            )
        }
        let invitation = try join.map { path in
            try naming { () throws(KeyringError) in try Invitation(contentsOf: path) }
        }
        if let invitation, invitation.role != .worker {
            let advice = "one for workers is made with: coordinator keys invite --output FILE"
            throw CommandFailure.usage("\(join ?? ""): an invitation for a key of role \(invitation.role); \(advice)")
        }
        return LaunchAccess(
            secret: try secret(),
            endpoint: endpoint,
            reached: endpoint ?? invitation?.endpoints.endpoints.first ?? Endpoint.standard,
            shown: shown
        )
    }

    /// The text of the file that workers are given, which was found to be one.
    private func secret() throws -> SSHJob.Secret {
        if let join { return .invitation(try text(of: join)) }
        guard let key else { return .none }
        _ = try naming { () throws(KeyringError) in try WorkerKey(contentsOf: key) }
        return .key(try text(of: key))
    }

    private func text(of path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), !text.isEmpty else {
            throw CommandFailure.usage(
                "\(path): the file cannot be read; 'coordinator keys invite --output FILE' makes one"
            )
        }
        return text
    }

    private var shown: String {
        let file = join.map { " --join \($0)" } ?? key.map { " --key \($0)" } ?? " --insecure"
        return file + (endpoint.map { " --connect \($0)" } ?? "")
    }
}

/// What launched workers connect to, and with which key.
struct LaunchAccess {
    let secret: SSHJob.Secret
    /// Where to connect; nil where an invitation says it, or a tunnel does.
    let endpoint: String?
    /// Where this machine reaches the coordinator.
    let reached: String
    /// As a worker's command line says it.
    let shown: String

    /// The coordinator as `host:port`, for a tunnel that begins on this machine.
    func target() throws -> String {
        // Of several, the first is the best.
        let wanted = reached.split(separator: ",").first.map(String.init) ?? reached
        guard let parts = TCPEndpoint(wanted), parts.host != "*", parts.port != "*" else {
            throw CommandFailure.usage(
                "--connect \(wanted): a tunnel leads to tcp://HOST:PORT, such as \(Endpoint.standard)"
            )
        }
        let host = parts.host.contains(":") && !parts.host.hasPrefix("[") ? "[\(parts.host)]" : parts.host
        return "\(host):\(parts.port)"
    }
}
