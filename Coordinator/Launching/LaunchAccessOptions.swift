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
            "Where workers connect; with --reverse-tunnel, where this machine reaches the coordinator (default there: "
                + "\(Endpoint.standard)).",
            valueName: "ENDPOINT"
        )
    )
    var connect: String?

    @Option(help: ArgumentHelp("Key file that workers connect with.", valueName: "FILE"))
    var key: String?

    @Flag(help: "Have workers connect without encryption.")
    var insecure = false

    func validate() throws {
        let names = [join.map { _ in "--join" }, key.map { _ in "--key" }, insecure ? "--insecure" : nil].compactMap(
            \.self
        )
        if names.count > 1 { throw ValidationError("\(names[0]) and \(names[1]) exclude each other") }
        if names.isEmpty {
            throw ValidationError(
                "what may workers join with? Give --join FILE ('coordinator keys invite --output FILE' makes one)"
            )
        }
    }

    /// What the options say; `isTunnelled` where workers connect through SSH.
    ///
    /// - Throws: `CommandFailure.usage` when a file cannot be used, or nothing says where to connect.
    func found(isTunnelled: Bool) throws -> LaunchAccess {
        if join == nil, connect == nil, !isTunnelled {
            throw CommandFailure.usage(
                "where is the coordinator? Give --connect ENDPOINT, or --join with an invitation"
            )
        }
        return LaunchAccess(secret: try secret(), endpoint: connect, shown: shown)
    }

    private func secret() throws -> SSHJob.Secret {
        if insecure { return .none }
        if let key {
            do throws(KeyringError) {
                _ = try WorkerKey(contentsOf: key)
            } catch {
                throw CommandFailure.usage("\(error)")
            }
            return .key(try text(of: key))
        }
        return .invitation(try text(of: join ?? ""))
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
        return file + (connect.map { " --connect \($0)" } ?? "")
    }
}

/// What launched workers connect to, and with which key.
struct LaunchAccess {
    let secret: SSHJob.Secret
    /// Where to connect; nil where an invitation says it, or a tunnel does.
    let endpoint: String?
    /// As a worker's command line says it.
    let shown: String

    /// The coordinator as `host:port`, for a tunnel that begins on this machine.
    func target() throws -> String {
        // Of several, the first is the best.
        let wanted = endpoint?.split(separator: ",").first.map(String.init) ?? Endpoint.standard
        guard let parts = TCPEndpoint(wanted), parts.host != "*", parts.port != "*" else {
            throw CommandFailure.usage(
                "--connect \(wanted): a tunnel leads to tcp://HOST:PORT, such as \(Endpoint.standard)"
            )
        }
        let host = parts.host.contains(":") && !parts.host.hasPrefix("[") ? "[\(parts.host)]" : parts.host
        return "\(host):\(parts.port)"
    }
}
