// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import ZeroMQ

/// The one place where the coordinator listens.
struct Endpoint: Sendable {
    /// Where it listens when nothing else is said.
    static let standard = "tcp://127.0.0.1:7461"

    /// As the user wrote it.
    let wanted: String
    /// With the address of what he named: a name may mean another one a moment later.
    let resolved: String
    /// Whether only this machine can reach it.
    let isLocal: Bool
    /// What the user may not expect of the address.
    let notice: String?
    /// Whether another port will do when the wanted one is taken.
    private let isFlexible: Bool

    /// Checks a `--listen` argument, and finds the address that it names.
    init(listening endpoint: String?, names: NameService = .system) throws(CommandFailure) {
        let wanted = endpoint ?? Self.standard
        guard wanted.contains("://") else {
            throw .usage("--listen \(wanted): not an endpoint; write it as \(Self.standard) or tcp://0.0.0.0:7461")
        }
        self.wanted = wanted
        isFlexible = endpoint == nil
        guard let parts = TCPEndpoint(wanted), parts.host != "*" else {
            resolved = wanted
            isLocal = wanted.hasPrefix("ipc://") || wanted.hasPrefix("inproc://")
            notice = nil
            return
        }
        let address: HostAddress
        if let written = HostAddress.literal(parts.host) {
            (address, notice) = (written, nil)
        } else {
            do {
                (address, notice) = try names.own(parts.host)
            } catch {
                throw .usage(
                    "--listen \(wanted): \(error); listen at an address of this machine, or on tcp://*:\(parts.port)"
                )
            }
        }
        resolved = parts.at(address)
        isLocal = address.isLoopback
    }

    private static let wildcards = ["tcp://0.0.0.0:", "tcp://[::]:", "tcp://*:"]

    /// What a peer connects to for a coordinator that listens at `endpoint`; any address means this machine's name, or
    /// address.
    static func dialled(_ endpoint: String, names: NameService = .system) -> String {
        for wildcard in wildcards where endpoint.hasPrefix(wildcard) {
            return "tcp://\(names.thisMachine):\(endpoint.dropFirst(wildcard.count))"
        }
        return endpoint
    }

    /// Most endpoints that another machine is told of one coordinator.
    private static let mostReachable = 8

    /// What other machines may connect to, best first, for a coordinator that listens at `endpoint`; nil where no address
    /// of this machine is one that others can reach.
    static func reachable(_ endpoint: String, names: NameService = .system) -> EndpointList? {
        for wildcard in wildcards where endpoint.hasPrefix(wildcard) {
            let port = endpoint.dropFirst(wildcard.count)
            let isIPv4 = wildcard == "tcp://0.0.0.0:"
            let hosts = names.reachableHosts.filter { !isIPv4 || !$0.hasPrefix("[") }
            return try? EndpointList(parsing: hosts.prefix(mostReachable).map { "tcp://\($0):\(port)" })
        }
        return EndpointList(endpoint)
    }

    /// The same in one word; where this machine knows of no way to itself, its name.
    static func shared(_ endpoint: String) -> String {
        reachable(endpoint).map { "\($0)" } ?? dialled(endpoint)
    }

    /// What a process on this machine connects to.
    static func local(_ endpoint: String) -> String {
        for wildcard in wildcards where endpoint.hasPrefix(wildcard) {
            return "tcp://127.0.0.1:\(endpoint.dropFirst(wildcard.count))"
        }
        return endpoint
    }

    /// Listens; the endpoint that comes back has the port that was taken.
    func bind(_ socket: borrowing Socket) throws -> String {
        do {
            return try socket.bind(resolved)
        } catch  where error.name == "EADDRINUSE" && isFlexible {
            return try socket.bind("tcp://127.0.0.1:*")
        } catch {
            throw CommandFailure.usage("\(error)")
        }
    }
}
