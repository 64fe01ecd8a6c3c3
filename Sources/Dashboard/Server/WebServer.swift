// BitSweep
// SPDX-License-Identifier: Apache-2.0

import FlyingSocks
import Foundation
import Glibc
import Synchronization

/// A small HTTP/1.1 server for pages that are only read.
///
/// The sockets are FlyingSocks'; how requests are read is our own, because FlyingFox's server limits neither the size of
/// a head, nor the time it takes, nor the number of connections (`docs/DASHBOARD.md`).
package struct WebServer: Sendable {
    /// Where it listens.
    package let address: WebAddress
    private let socket: Socket
    private let limits: WebLimits

    /// Listens at `address`; nobody is answered before `run`.
    package init(at address: WebAddress, limits: WebLimits = WebLimits()) throws(WebServerError) {
        (socket, self.address) = try address.listen()
        self.limits = limits
    }

    /// Answers until it is cancelled.
    package func run(_ answer: @escaping @Sendable (WebRequest) async -> WebResponse) async {
        let pool = SocketPool<ePoll>.ePoll(maxEvents: 64)
        let deadlines = Deadlines()
        defer { try? socket.close() }
        do {
            try await pool.prepare()
            let listener = try AsyncSocket(socket: socket, pool: pool)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pool.run() }
                group.addTask { try await deadlines.watch() }
                group.addTask { try await accept(listener, deadlines, answer) }
                defer { group.cancelAll() }
                try await group.next()
            }
        } catch {
            // It was cancelled: whatever fails for one connection does not come up to here.
        }
    }

    private func accept(
        _ listener: AsyncSocket,
        _ deadlines: Deadlines,
        _ answer: @escaping @Sendable (WebRequest) async -> WebResponse
    ) async throws {
        let open = OpenConnections()
        try await withThrowingDiscardingTaskGroup { group in
            var id = 0
            while true {
                guard let socket = try await next(listener) else { continue }
                guard open.enter(limits.connections) else {
                    Self.refuse(socket)
                    continue
                }
                id += 1
                let connection = Connection(id: id, socket: socket, limits: limits, deadlines: deadlines)
                group.addTask {
                    await connection.serve(answer)
                    open.leave()
                }
            }
        }
    }

    /// The next connection; nil where there was none after all.
    private func next(_ listener: AsyncSocket) async throws -> AsyncSocket? {
        do {
            let socket = try await listener.accept()
            _ = fcntl(socket.socket.file.rawValue, F_SETFD, FD_CLOEXEC)
            return socket
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            // Somebody who left again, or no file left for him: others may have better luck.
            try await Task.sleep(for: .milliseconds(50))
            return nil
        }
    }

    /// Says that there are too many, as far as that can be said without waiting.
    private static func refuse(_ socket: AsyncSocket) {
        let text = "too many connections; try again later\n"
        let head = "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain\r\nRetry-After: 10\r\n"
        let end = "Content-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n"
        let answer = Data((head + end + text).utf8)
        _ = try? socket.socket.write(answer)
        try? socket.close()
    }
}

/// How many connections are open.
private final class OpenConnections: Sendable {
    private let count = Atomic(0)

    /// Takes a place, if fewer than `limit` are taken.
    func enter(_ limit: Int) -> Bool {
        // Only one task enters.
        guard count.load(ordering: .relaxed) < limit else { return false }
        count.add(1, ordering: .relaxed)
        return true
    }

    func leave() { count.subtract(1, ordering: .relaxed) }
}
