// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Dashboard
import ZeroMQ

/// Where a dashboard listens, as an option says it.
struct DashboardAddress {
    /// Where to listen.
    let address: WebAddress
    /// Whether only this machine can reach it.
    let isLocal: Bool

    /// Reads `HOST:PORT`; a name means the address that it has on this machine, `*` any.
    ///
    /// - Parameters:
    ///   - text: What the user wrote.
    ///   - option: The option it is the value of.
    ///   - names: Which addresses names have.
    /// - Throws: What is wrong with it.
    init(_ text: String, of option: String, names: NameService = .system) throws(CommandFailure) {
        guard let parts = TCPEndpoint("tcp://\(text)"), let port = UInt16(parts.port) else {
            throw .usage("\(option) \(text): not a host and a port; write it as 127.0.0.1:8470, or 0.0.0.0:8470")
        }
        let host = parts.host == "*" ? "0.0.0.0" : parts.host
        do {
            let found = try HostAddress.literal(host) ?? names.own(host).address
            let plain = found.description.replacing("[", with: "").replacing("]", with: "")
            guard !plain.contains("%") else { throw NameService.Problem(description: "an address with a zone") }
            guard names.isOwn(found) else { throw NameService.Problem(description: "no address of this machine") }
            address = WebAddress(host: plain, port: port)
            isLocal = found.isLoopback
        } catch {
            throw .usage("\(option) \(text): \(error); listen at an address of this machine")
        }
    }
}
