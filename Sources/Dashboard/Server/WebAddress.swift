// BitSweep
// SPDX-License-Identifier: Apache-2.0

import FlyingSocks
import Glibc

/// Where a server listens.
package struct WebAddress: Hashable, Sendable {
    /// An IPv4 or IPv6 address, without brackets.
    package var host: String
    /// The port; 0 for any that is free.
    package var port: UInt16

    /// An address and a port.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// The address and the port as a URL has them.
    package var authority: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// A socket that listens there, and where it is then.
    func listen() throws(WebServerError) -> (Socket, WebAddress) {
        do {
            let isV6 = host.contains(":")
            let socket = try isV6 ? bound(.inet6(ip6: host, port: port)) : bound(.inet(ip4: host, port: port))
            switch try socket.sockname() {
            case .ip4(_, let port), .ip6(_, let port): return (socket, WebAddress(host: host, port: port))
            case .unix: return (socket, self)
            }
        } catch {
            throw WebServerError(address: authority, reason: Self.reason(error))
        }
    }

    private func bound(_ address: some SocketAddress) throws -> Socket {
        let socket = try Socket(domain: Int32(address.family))
        do {
            try socket.setValue(true, for: .localAddressReuse)
            _ = fcntl(socket.file.rawValue, F_SETFD, FD_CLOEXEC)
            try socket.bind(to: address)
            try socket.listen()
        } catch {
            try? socket.close()
            throw error
        }
        return socket
    }

    private static func reason(_ error: any Error) -> String {
        guard case .failed(_, let code, _) = error as? SocketError else { return "\(error)" }
        return String(cString: strerror(code))
    }
}

/// That a server cannot listen.
package struct WebServerError: Error, Hashable, CustomStringConvertible {
    /// Where it was to listen.
    package let address: String
    /// Why it cannot.
    package let reason: String

    package var description: String { "--dashboard \(address): \(reason); choose another port, or 0 for any" }
}
