// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// An HTTP server on 127.0.0.1 that gives every connection the same prepared bytes, then closes it.
final class LoopbackServer: Sendable {
    let port: UInt16
    private let listener: Int32

    /// Serves `answer`, status line and headers included, until the value is gone.
    init(answer: [UInt8]) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        let bound = withUnsafeMutableBytes(of: &address) { bytes in
            guard let raw = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return bind(listener, raw, length) == 0 && listen(listener, 8) == 0
                && getsockname(listener, raw, &length) == 0
        }
        guard bound else {
            close(listener)
            throw POSIXError(.EADDRNOTAVAIL)
        }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            while case let connection = accept(listener, nil, nil), connection >= 0 {
                Self.serve(answer, to: connection)
            }
            // Closed by the thread that accepts: closed elsewhere, its number could be another server's by the next
            // accept.
            close(listener)
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)/\(path)" }

    private static func serve(_ answer: [UInt8], to connection: Int32) {
        var request = [UInt8](repeating: 0, count: 4096)
        _ = recv(connection, &request, request.count, 0)
        var rest = answer[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, min($0.count, 50_000), Int32(MSG_NOSIGNAL))
            }
            guard sent > 0 else { break }
            rest = rest.dropFirst(sent)
        }
        shutdown(connection, Int32(SHUT_WR))
        close(connection)
    }
}
