// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Texts such as `tcp://127.0.0.1:5555`, where libzmq is too lenient or too literal.
enum EndpointText {
    /// Whether a TCP endpoint names a port that exists; libzmq takes port 99999 for 34463.
    static func hasPossiblePort(_ endpoint: String) -> Bool {
        guard endpoint.hasPrefix("tcp://") else { return true }
        guard let colon = endpoint.lastIndex(of: ":") else { return false }
        let port = endpoint[endpoint.index(after: colon)...]
        return port == "*" || UInt16(port) != nil
    }

    /// The endpoint with an IPv4 address as people write it; with IPv6 on, libzmq tells `[::ffff:127.0.0.1]`.
    static func readable(_ endpoint: String) -> String {
        let prefix = "tcp://[::ffff:"
        guard endpoint.hasPrefix(prefix), let bracket = endpoint.lastIndex(of: "]") else { return endpoint }
        return "tcp://" + endpoint[endpoint.index(endpoint.startIndex, offsetBy: prefix.count)..<bracket]
            + endpoint[endpoint.index(after: bracket)...]
    }
}
