// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The host and the port of an endpoint such as `tcp://head:7461`.
public struct TCPEndpoint: Hashable, Sendable {
    private static let scheme = "tcp://"

    /// A name, an address without brackets, an interface, or `*`.
    public let host: String
    /// A number, or `*` for one that the system chooses.
    public let port: String

    /// The parts of `endpoint`; nil where it is of another transport, or lacks one of them.
    public init?(_ endpoint: String) {
        let rest = endpoint.dropFirst(Self.scheme.count)
        guard endpoint.hasPrefix(Self.scheme), let colon = rest.lastIndex(of: ":") else { return nil }
        let host = rest[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        self.host = String(isBracketed ? host.dropFirst().dropLast() : host)
        port = String(rest[rest.index(after: colon)...])
        guard !self.host.isEmpty, !port.isEmpty else { return nil }
    }

    /// The endpoint of the same port at one address.
    public func at(_ address: HostAddress) -> String { "\(Self.scheme)\(address):\(port)" }
}
