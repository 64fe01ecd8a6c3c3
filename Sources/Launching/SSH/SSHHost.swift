// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A machine that is reached by SSH: a name, an address, or an alias of the user's `~/.ssh/config`.
package struct SSHHost: Hashable, Sendable {
    /// Who logs in there; nil for whom SSH takes.
    package let user: String?
    package let host: String
    /// The port of its SSH server; nil for the one SSH takes.
    package let port: Int?
    /// Threads of the worker there; nil for one for each processor.
    package let threads: Int?

    /// Reads `[user@]host[:port]`; an IPv6 address with a port stands in brackets.
    ///
    /// - Throws: `LaunchError` with what is wrong, and what would be right.
    package init(_ text: String, threads: Int? = nil) throws(LaunchError) {
        var rest = Substring(text)
        var user: String?
        if let at = rest.lastIndex(of: "@") {
            user = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        let parts = try Self.split(rest, of: text)
        // What begins with a dash would be an option of ssh.
        guard Self.isName(parts.host, besides: ".-_:%"), user.map({ Self.isName($0, besides: ".-_") }) ?? true else {
            throw LaunchError("'\(text)' is no host; write it as user@host, host:2222 or user@[fd00::7]:2222")
        }
        (self.user, host, port, self.threads) = (user, parts.host, parts.port, threads)
    }

    /// What ssh is asked to log in to.
    package var destination: String { user.map { "\($0)@\(host)" } ?? host }

    /// How it is told from others, in tables and in the store.
    package var name: String {
        guard let port else { return destination }
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return "\(user.map { "\($0)@" } ?? "")\(bracketed):\(port)"
    }

    private static func split(_ text: Substring, of whole: String) throws(LaunchError) -> (host: String, port: Int?) {
        if text.first == "[", let end = text.firstIndex(of: "]") {
            let host = String(text[text.index(after: text.startIndex)..<end])
            let after = text[text.index(after: end)...]
            if after.isEmpty { return (host, nil) }
            guard after.first == ":" else { throw LaunchError("'\(whole)': what follows the bracket is no port") }
            return (host, try port(after.dropFirst(), of: whole))
        }
        // More than one colon: an IPv6 address.
        guard let colon = text.firstIndex(of: ":"), text.lastIndex(of: ":") == colon else { return (String(text), nil) }
        return (String(text[..<colon]), try port(text[text.index(after: colon)...], of: whole))
    }

    private static func port(_ text: Substring, of whole: String) throws(LaunchError) -> Int {
        guard let port = UInt16(text), port > 0 else {
            throw LaunchError("'\(whole)': '\(text)' is no port; a port is a number from 1 to 65535")
        }
        return Int(port)
    }

    private static func isName(_ text: String, besides others: String) -> Bool {
        !text.isEmpty && text.count <= 255 && text.first != "-"
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || others.contains($0)) }
    }
}
