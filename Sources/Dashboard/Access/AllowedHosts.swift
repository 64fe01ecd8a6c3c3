// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// By which names a dashboard may be called.
///
/// A page of somebody else's can have its name mean this machine (DNS rebinding) and then read what is here as if it
/// were its own; its name gives it away. Addresses cannot be made to mean another machine, and are all allowed.
package struct AllowedHosts: Hashable, Sendable {
    private let names: Set<String>

    /// This machine's names, and those that the user allows.
    package init(machine: String, others: [String] = []) {
        names = Set((["localhost", machine] + others).map { Self.name(in: $0) })
    }

    /// Whether a request for `host`, a name or an address with or without a port, is meant for here.
    func allows(_ host: String) -> Bool {
        let name = Self.name(in: host)
        return names.contains(name) || name.hasSuffix(".localhost") || Self.isAddress(name)
    }

    /// What is to be done about a name that is not allowed.
    static func advice(_ host: String) -> String {
        "this dashboard does not go by the name '\(host)'; where it is right, start it with --allowed-host \(name(in: host))"
    }

    /// The host without port, brackets, a dot at its end, and capitals.
    private static func name(in host: String) -> String {
        var name = host.lowercased()
        if name.hasPrefix("["), let end = name.firstIndex(of: "]") {
            let rest = name[name.index(after: end)...]
            // What follows an address is its port, or else this is a name.
            guard rest.isEmpty || rest.hasPrefix(":") && rest.dropFirst().allSatisfy(\.isNumber) else { return name }
            name = String(name[name.index(after: name.startIndex)..<end])
        } else if name.count(where: { $0 == ":" }) == 1, let colon = name.firstIndex(of: ":") {
            name = String(name[..<colon])
        }
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }

    private static func isAddress(_ name: String) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16)
        return inet_pton(AF_INET, name, &bytes) == 1 || inet_pton(AF_INET6, name, &bytes) == 1
    }
}
