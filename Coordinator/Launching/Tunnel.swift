// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Launching
import ResultStore
import ZeroMQ

/// The lines of `ssh`, ready to be pasted, that lead past a login node.
enum Tunnel {
    /// How nodes reach a coordinator at `port` of a machine that they cannot connect to.
    static func lines(fromOutside port: String?) -> [String] {
        let port = port ?? "7461"
        return [
            "To reach a coordinator on a machine of your own, open a tunnel there, and launch with --connect tcp://LOGIN:\(port)",
            "(LOGIN is the login node's name as nodes know it; its sshd must allow GatewayPorts):",
            "  ssh -N -R '*:\(port):127.0.0.1:\(port)' \(NSUserName())@LOGIN",
        ]
    }

    /// How a machine elsewhere watches a coordinator that listens on a node.
    static func lines(into endpoint: String, login: String = NameService.system.thisMachine) -> [String] {
        guard let node = endpoint.split(separator: ",").lazy.compactMap({ TCPEndpoint(String($0)) }).first else {
            return []
        }
        let host = node.host.contains(":") ? "[\(node.host)]" : node.host
        return [
            "The coordinator listens at \(endpoint). To watch it from a machine of your own, with a viewer's key:",
            "  ssh -N -L 7461:\(host):\(node.port) \(NSUserName())@\(login)",
            "  coordinator tail --connect tcp://127.0.0.1:7461 --key viewer.key",
        ]
    }

    /// The same for the coordinator that runs among launched workers; nothing where none does.
    static func lines(to workers: [LaunchedWorker]) -> [String] {
        for worker in workers where worker.job.workers == 0 && worker.state == .running {
            guard let file = worker.job.details["endpoint"], let endpoint = EndpointFile.endpoint(in: file) else {
                continue
            }
            return [""] + lines(into: endpoint)
        }
        return []
    }
}
