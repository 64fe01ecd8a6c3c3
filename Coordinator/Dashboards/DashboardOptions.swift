// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Dashboard
import Files
import Foundation
import Keyring
import ResultStore

/// Who may read a dashboard, and under which path.
struct DashboardOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Another name that the dashboard goes by, such as that of a proxy; may be repeated.",
            valueName: "NAME"
        )
    )
    var allowedHost: [String] = []

    @Option(help: ArgumentHelp("The path that a proxy shows the dashboard under.", valueName: "PATH"))
    var basePath = "/"

    @Option(
        help: ArgumentHelp(
            "File with the token that opens the dashboard to other machines; made when needed. (default: STORE.token)",
            valueName: "FILE"
        )
    )
    var tokenFile: String?

    func validate() throws {
        guard BasePath(basePath) != nil else {
            throw ValidationError("--base-path is a path such as /bitsweep, of letters, digits, '-', '_', '.' and '~'")
        }
    }

    /// Listens, and says where; nobody is answered yet.
    ///
    /// - Parameters:
    ///   - place: Where to listen.
    ///   - store: The store's file.
    /// - Returns: The server.
    /// - Throws: `CommandFailure.usage`.
    func server(at place: DashboardAddress, of store: String) throws -> DashboardServer {
        let (token, file) = try place.isLocal && tokenFile == nil ? (nil, nil) : token(beside: store)
        let limits = WebLimits()
        let server: WebServer
        do {
            server = try WebServer(at: place.address, limits: limits)
        } catch {
            throw CommandFailure.usage("\(error)")
        }
        let machine = ProcessInfo.processInfo.hostName
        let gate = AccessGate(hosts: AllowedHosts(machine: machine, others: allowedHost), token: token)
        return DashboardServer(
            server: server,
            gate: gate,
            base: BasePath(basePath) ?? BasePath(),
            limits: limits,
            lines: Self.lines(server.address, machine, tokenFile: file)
        )
    }

    private func token(beside store: String) throws -> (AccessToken, String) {
        let path = tokenFile ?? "\(store).token"
        if FileManager.default.fileExists(atPath: path) {
            do {
                guard let token = AccessToken(try SecretFile.read(path, trustsMode: false)) else {
                    throw CommandFailure.usage("\(path) is no file with a token; remove it, and a new one is made")
                }
                return (token, path)
            } catch let error as KeyringError {
                throw CommandFailure.usage("\(error)")
            }
        }
        let token = AccessToken()
        do {
            try DurableFile.create(Array((token.text + "\n").utf8), at: path, .secret)
        } catch {
            throw CommandFailure.usage("\(error); other machines need a token: name a file for it with --token-file")
        }
        return (token, path)
    }

    private static func lines(_ address: WebAddress, _ machine: String, tokenFile: String?) -> [String] {
        let isAny = address.host == "0.0.0.0" || address.host == "::"
        let shown = isAny ? "\(machine):\(address.port)" : address.authority
        var lines = ["Dashboard: http://\(shown)/"]
        if let tokenFile {
            lines.append(
                "It asks for the token in \(tokenFile); it is not encrypted: reach it over a tunnel, or a proxy with TLS"
            )
        }
        return lines
    }
}
