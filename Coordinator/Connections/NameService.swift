// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ZeroMQ

/// Which addresses hosts and network interfaces have, and which of them are this machine's.
struct NameService: Sendable {
    /// The addresses of a host.
    var host: @Sendable (String) throws(HostAddress.LookupError) -> [HostAddress]
    /// The addresses of a network interface; none when there is no such interface.
    var interface: @Sendable (String) -> [HostAddress]
    /// The addresses of all network interfaces that are switched on, with their names.
    var interfaces: @Sendable () -> [(interface: String, address: HostAddress)] = { [] }
    /// Whether this machine can listen at an address.
    var isOwn: @Sendable (HostAddress) -> Bool

    /// This machine's name.
    var ownName: @Sendable () -> String
    /// The address from which this machine reaches others; nil where it reaches none.
    var outgoing: @Sendable () -> HostAddress?

    /// What the system says.
    static let system = NameService(
        host: { name throws(HostAddress.LookupError) in try HostAddress.all(of: name) },
        interface: { HostAddress.ofInterface($0) },
        interfaces: { HostAddress.ofInterfaces(includingDown: false) },
        isOwn: { $0.isOwn },
        ownName: { ProcessInfo.processInfo.hostName },
        outgoing: { HostAddress.outgoing }
    )

    /// How other machines reach this one: by its name where that has an address that they can reach, as far as this
    /// machine knows, or else by such an address.
    var thisMachine: String {
        let name = ownName()
        let known = (try? host(name)) ?? []
        if known.contains(where: { !$0.isLoopback }) { return name }
        return outgoing()?.description ?? name
    }

    /// Where other machines may reach this one, as an endpoint writes it, best first: its name where that has an address
    /// that others can reach, as far as this machine knows, the address from which it reaches others, and its other ones.
    ///
    /// Addresses of one link alone need the name of an interface over there, and those of bridges to containers and
    /// virtual machines lead nowhere from outside.
    var reachableHosts: [String] {
        let name = ownName()
        let isKnown = ((try? host(name)) ?? []).contains { !$0.isLoopback }
        let others = interfaces().filter { entry in !Self.bridges.contains { entry.interface.hasPrefix($0) } }
        let addresses = ([outgoing()].compactMap(\.self) + others.map(\.address)).filter {
            !$0.isLoopback && !$0.isLinkLocal
        }
        return ((isKnown ? [name] : []) + addresses.map(\.description)).unrepeated
    }

    private static let bridges = ["docker", "podman", "cni", "virbr", "br-", "veth", "lxc", "lxd", "flannel"]

    /// Why nothing can listen at a name.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// The first address of this machine that a host or an interface of that name has, and what a user may not expect of it.
    func own(_ name: String) throws(Problem) -> (address: HostAddress, notice: String?) {
        let all: [HostAddress]
        do throws(HostAddress.LookupError) {
            let interface = interface(name)
            all = interface.isEmpty ? try host(name) : interface
        } catch {
            throw Problem(
                description: "'\(name)' is no network interface of this machine and no known host (\(error.reason))"
            )
        }
        guard let first = all.first(where: isOwn) else {
            let list = all.map(\.description).joined(separator: ", ")
            throw Problem(description: "'\(name)' is \(list), which is no address of this machine")
        }
        return (first, notice(name, first, among: all))
    }

    private func notice(_ name: String, _ address: HostAddress, among all: [HostAddress]) -> String? {
        if address.isLoopback, name != "localhost", name != "lo" {
            return "'\(name)' is \(address) here, which other machines cannot reach; --listen 'tcp://*:PORT' lets them"
        }
        let others = all.filter { $0 != address }.map(\.description)
        guard !others.isEmpty else { return nil }
        return "'\(name)' has several addresses; listening at \(address), not at \(others.joined(separator: ", "))"
    }
}
