// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Where one router may be found, best first; a dealer tries one endpoint after the other.
///
/// Never empty. Several endpoints are all of TCP and name host and port; one alone is whatever libzmq takes.
public struct EndpointList: Hashable, Sendable, CustomStringConvertible {
    /// Why a text is no list of endpoints; one line that says what would be one.
    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        /// The line.
        public let description: String
    }

    /// Endpoints that a list may have: more could not be tried within a minute.
    public static let most = 16

    /// The endpoints, each once.
    public let endpoints: [String]

    /// One endpoint.
    public init(_ endpoint: String) {
        endpoints = [endpoint]
    }

    /// The endpoints of texts such as `tcp://10.0.0.5:7461,tcp://head:7461`.
    ///
    /// - Throws: where there is none, or one of several is not written `tcp://HOST:PORT`.
    public init(parsing texts: [String]) throws(Problem) {
        var found: [String] = []
        for part in texts.flatMap({ $0.split(separator: ",", omittingEmptySubsequences: false) }) {
            let text = String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
            if !found.contains(text) { found.append(text) }
        }
        guard !found.isEmpty else { throw Problem(description: "no endpoint; write it as tcp://HOST:PORT") }
        guard found.count <= Self.most else {
            throw Problem(description: "\(found.count) endpoints; a list has at most \(Self.most)")
        }
        for text in found { try Self.check(text, isAlone: found.count == 1) }
        endpoints = found
    }

    private static func check(_ text: String, isAlone: Bool) throws(Problem) {
        guard text.contains("://") else {
            throw Problem(description: "'\(text)' is no endpoint; write it as tcp://HOST:PORT")
        }
        if isAlone { return }
        guard let parts = TCPEndpoint(text), UInt16(parts.port) ?? 0 > 0, !text.contains(";") else {
            throw Problem(description: "'\(text)': each endpoint of a list is written as tcp://HOST:PORT")
        }
    }

    /// The endpoints, separated by commas, as `init(parsing:)` reads them.
    public var description: String { endpoints.joined(separator: ",") }
}
