// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import ZeroMQ

/// The one place where the coordinator listens.
struct Endpoint: Sendable {
    /// Where it listens when nothing else is said.
    static let standard = "tcp://127.0.0.1:7461"

    let wanted: String
    /// Whether another port will do when the wanted one is taken.
    private let isFlexible: Bool

    /// Checks the form of a `--listen` argument.
    init(listening endpoint: String?) throws(CommandFailure) {
        wanted = endpoint ?? Self.standard
        isFlexible = endpoint == nil
        guard wanted.contains("://") else {
            throw .usage("--listen \(wanted): not an endpoint; write it as \(Self.standard) or tcp://0.0.0.0:7461")
        }
    }

    /// Whether only this machine can reach it.
    var isLocal: Bool { Self.isLocal(wanted) }

    /// Whether only this machine can reach `endpoint`.
    static func isLocal(_ endpoint: String) -> Bool {
        if endpoint.hasPrefix("ipc://") || endpoint.hasPrefix("inproc://") { return true }
        guard endpoint.hasPrefix("tcp://") else { return false }
        let address = endpoint.dropFirst("tcp://".count)
        let host = address.lastIndex(of: ":").map { address[..<$0] } ?? address
        let octets = host.split(separator: ".", omittingEmptySubsequences: false)
        let isLoopback = octets.count == 4 && octets[0] == "127" && octets.allSatisfy { UInt8($0) != nil }
        return isLoopback || host == "localhost" || host == "[::1]"
    }

    /// What a peer connects to for a coordinator that listens at `endpoint`; any address means this machine's name.
    static func dialled(_ endpoint: String) -> String {
        for wildcard in ["tcp://0.0.0.0:", "tcp://[::]:", "tcp://*:"] where endpoint.hasPrefix(wildcard) {
            return "tcp://\(ProcessInfo.processInfo.hostName):\(endpoint.dropFirst(wildcard.count))"
        }
        return endpoint
    }

    /// What a process on this machine connects to.
    static func local(_ endpoint: String) -> String {
        for wildcard in ["tcp://0.0.0.0:", "tcp://[::]:", "tcp://*:"] where endpoint.hasPrefix(wildcard) {
            return "tcp://127.0.0.1:\(endpoint.dropFirst(wildcard.count))"
        }
        return endpoint
    }

    /// Listens; the endpoint that comes back has the port that was taken.
    func bind(_ socket: borrowing Socket) throws -> String {
        do {
            return try socket.bind(wanted)
        } catch  where error.name == "EADDRINUSE" && isFlexible {
            return try socket.bind("tcp://127.0.0.1:*")
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }
}
