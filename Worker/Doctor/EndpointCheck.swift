// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Foundation
import Keyring
import Reporting
import WireProtocol
import ZeroMQ

/// The way to a coordinator, step by step: name, route, port, handshake, and what it says to a worker.
struct EndpointCheck {
    let coordinator: CoordinatorAccess
    /// What the worker would say of itself.
    let introduction: Hello

    /// How long an address may take to answer.
    private static let patience: Duration = .seconds(3)

    /// What was found of every endpoint.
    ///
    /// One that works is enough: what is wrong with others is a note then.
    func findings() async -> [Finding] {
        var all: [Finding] = []
        var works = false
        for endpoint in coordinator.endpoints.endpoints {
            let found = await findings(of: endpoint)
            works = works || found.last?.verdict == .ok
            all += found
        }
        return works ? all.map { $0.verdict == .wrong ? $0.asNote : $0 } : all
    }

    private func findings(of endpoint: String) async -> [Finding] {
        guard let parts = TCPEndpoint(endpoint), let port = UInt16(parts.port), !endpoint.contains(";") else {
            return [await call(endpoint)]
        }
        let (resolved, addresses) = resolve(parts.host)
        var all = resolved
        let targets = addresses.map { ConnectionProbe.Target($0, port: port) }
        var open: ConnectionProbe.Target?
        for target in targets {
            let (findings, isOpen) = reach(target)
            all += findings
            if isOpen, open == nil { open = target }
        }
        if let open { all.append(await call("tcp://\(open)")) }
        // The last says whether it works.
        if open == nil, all.last?.verdict == .ok { all.append(Finding("connect", .wrong, "\(endpoint): no address")) }
        return all
    }

    private func resolve(_ host: String) -> ([Finding], [HostAddress]) {
        if let address = HostAddress.literal(host) { return ([], [address]) }
        let begun = ContinuousClock.now
        do throws(HostAddress.LookupError) {
            let addresses = try HostAddress.all(of: host)
            let time = begun.duration(to: .now)
            let text = "\(host) is \(addresses.map(\.description).joined(separator: ", ")), after \(time.words)"
            let isSlow = time > .seconds(1)
            let advice = "the resolver is slow: give the address instead, or look at /etc/resolv.conf"
            return ([Finding("name", isSlow ? .warning : .ok, text, advice: isSlow ? advice : nil)], addresses)
        } catch {
            let advice = "is the name right? Look at /etc/hosts and /etc/resolv.conf, or give the address instead"
            return ([Finding("name", .wrong, "\(host): \(error.reason)", advice: advice)], [])
        }
    }

    /// The route to an address, and whether it takes a connection.
    private func reach(_ target: ConnectionProbe.Target) -> ([Finding], isOpen: Bool) {
        var all: [Finding] = []
        if let source = target.address.source {
            let interface = HostAddress.ofInterfaces(includingDown: false).first { $0.address == source }?.interface
            all.append(Finding("route", "to \(target.address) by \(interface ?? "an interface") from \(source)"))
        } else {
            let advice =
                "are both machines in one network, and is the address right? 'ip route' shows what this one knows"
            return ([Finding("route", .wrong, "none to \(target.address) from this machine", advice: advice)], false)
        }
        let begun = ContinuousClock.now
        let code = ConnectionProbe.codes(of: [target], within: Self.patience)[0]
        guard code != 0 else {
            return (
                all + [Finding("connect", "\(target) takes connections, after \(begun.duration(to: .now).words)")], true
            )
        }
        let met = ConnectionObstacle.Attempt(address: "\(target)", code: code)
        return (all + [Finding("connect", .wrong, "\(met)")], false)
    }

    private func call(_ endpoint: String) async -> Finding {
        let answer = await CoordinatorCall(endpoint, coordinator, introduction).answer()
        switch answer {
        case .welcome(let run, let handshake, let reply):
            let encrypted = coordinator.key.map { "encrypted with the key '\($0.name)'" } ?? "without encryption"
            return Finding(
                "coordinator",
                "\(endpoint), \(encrypted), has run \(run) and takes this \(coordinator.role ?? .worker): protocol and "
                    + "numerics fit; handshake \(handshake.words), answer \(reply.words)"
            )
        case .refusal(let text): return Finding("coordinator", .wrong, "\(endpoint) refuses: \(text)")
        case .handshake(let why):
            return Finding("handshake", .wrong, "\(endpoint): \(why.advice(connectingWith: coordinator.key))")
        case .silence(let isConnected):
            let text =
                isConnected
                ? "\(endpoint) lets this key in and does not answer: is it a coordinator, and does it run?"
                : "\(ConnectionObstacle.noAnswer(address: endpoint))"
            return Finding("coordinator", .wrong, text)
        case .failure(let text): return Finding("coordinator", .wrong, text)
        }
    }
}

extension Finding {
    fileprivate var asNote: Finding { Finding(check, .warning, found, advice: advice) }
}

extension Duration {
    /// In milliseconds, or seconds.
    fileprivate var words: String {
        let milliseconds = self / .milliseconds(1)
        return milliseconds < 1000
            ? "\(HumanText.fixed(milliseconds, decimals: 1)) ms"
            : "\(HumanText.fixed(milliseconds / 1000, decimals: 1)) s"
    }
}
