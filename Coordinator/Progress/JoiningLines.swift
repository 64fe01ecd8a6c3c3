// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Keyring
import Vocabulary
import ZeroMQ

/// What a run says to whoever wants to start workers for it: the line to type, here or on another machine.
struct JoiningLines {
    /// Where other machines reach the coordinator, best first; where there are none, where this one does.
    private let endpoints: EndpointList
    /// Whether only this machine can.
    private let isLocal: Bool
    private let security: EndpointSecurity

    /// For a coordinator that listens at `endpoint`, as it was told by the socket.
    init(listening endpoint: String, isLocal: Bool, _ security: EndpointSecurity) {
        endpoints = Endpoint.reachable(endpoint) ?? EndpointList(Endpoint.local(endpoint))
        self.isLocal = isLocal
        self.security = security
    }

    /// Where other machines reach the coordinator, best first.
    var reachable: [String] { endpoints.endpoints }

    /// The lines where nobody computes yet.
    var whereNobodyIs: [String] {
        if isLocal {
            let port = TCPEndpoint(endpoints.endpoints[0])?.port ?? "7461"
            return [
                "Waiting for workers of this machine: \(command)",
                "Other machines cannot reach it here: 'coordinator keys invite --output worker.join' makes a file with all "
                    + "that one of them needs, and --listen 'tcp://*:\(port)' lets it in",
            ]
        }
        guard security.coordinator != nil else { return ["Waiting for workers: \(command)"] + program }
        if invitation != nil {
            return ["Waiting for workers, elsewhere with a copy of the invitation: \(command)"] + program
        }
        let others = endpoints.endpoints.map { " --endpoint \($0)" }.joined()
        return [
            "Waiting for workers, elsewhere with a copy of the key: \(command)",
            "Or with one file that has it all: coordinator keys invite\(others) --output worker.join",
        ] + program
    }

    /// The line where workers of this machine compute already; nil where no others could join.
    var besideLocalWorkers: String? { isLocal ? nil : "Others join with: \(command)" }

    /// The line that starts a worker.
    private var command: String {
        if let invitation { return "worker run --join \(Self.quoted(invitation))" }
        return "worker run --connect \(endpoints)\(security.workerOption)"
    }

    /// Which executable it is, so that a copy of another build is seen before it is refused.
    private var program: [String] { Self.workerDigest.map { ["The worker executable here has SHA-256 \($0)"] } ?? [] }

    /// SHA-256 of the worker's executable beside this one; nil where there is none.
    static var workerDigest: Digest? {
        guard let file = try? LocalWorkers.executable(),
            let bytes = try? Data(contentsOf: file, options: .mappedIfSafe)
        else { return nil }
        return Digest(of: bytes)
    }

    /// The newest invitation for workers, in the current folder or among the keys, that lets in here; nil where there is
    /// none.
    private var invitation: String? {
        guard let own = security.coordinator?.keys.publicKey, let allowed = security.allowList else { return nil }
        let ports = Set(endpoints.endpoints.compactMap { TCPEndpoint($0)?.port })
        let candidates = Self.files(in: ["."] + [security.directory?.path].compactMap(\.self)).compactMap {
            path -> (path: String, date: Date)? in
            guard let read = try? Invitation(contentsOf: path), read.role == .worker, read.key.coordinator == own,
                allowed.entry(of: read.key.keys.publicKey) != nil,
                read.endpoints.endpoints.contains(where: { ports.contains(TCPEndpoint($0)?.port ?? "") })
            else { return nil }
            return (path, read.key.created)
        }
        return candidates.max { $0.date < $1.date }?.path
    }

    private static func files(in folders: [String]) -> [String] {
        folders.flatMap { folder in
            ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".join") }
                .sorted().map { folder == "." ? $0 : "\(folder)/\($0)" }
        }
    }

    private static func quoted(_ path: String) -> String { path.contains(" ") ? "'\(path)'" : path }
}
