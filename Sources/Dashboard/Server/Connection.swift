// BitSweep
// SPDX-License-Identifier: Apache-2.0

import FlyingSocks
import Foundation
import Glibc

/// One connection: its requests are answered one after the other.
struct Connection: Sendable {
    let id: Int
    let socket: AsyncSocket
    let limits: WebLimits
    let deadlines: Deadlines

    /// Answers until the other side has enough, or asks for what cannot be understood.
    func serve(_ answer: @Sendable (WebRequest) async -> WebResponse) async {
        defer {
            deadlines.remove(id)
            try? socket.close()
        }
        var input = ConnectionInput(socket: socket)
        do {
            while true {
                give(input.isEmpty ? limits.idle : limits.request)
                guard try await input.hasMore() else { return }
                give(limits.request)
                let request = try await input.next()
                // The answer may be long in the making; what was asked is known.
                deadlines.remove(id)
                let response = await answer(request)
                try await send(response, to: request)
                guard request.isKeptAlive, case .whole = response.body else { return }
            }
        } catch let fault as WebFault {
            try? await refuse(fault)
        } catch {
            // The other side is gone, or was cut off.
        }
    }

    private func give(_ patience: Duration) { deadlines.set(id, socket.socket.file.rawValue, patience) }

    private func write(_ bytes: [UInt8]) async throws {
        let data = Data(bytes)
        try await socket.write(data)
    }

    private func send(_ response: WebResponse, to request: WebRequest) async throws {
        give(limits.reading)
        switch response.body {
        case .whole(let bytes):
            let isHead = request.method == .head || response.status == 304
            try await write(response.head(keepsAlive: request.isKeptAlive) + (isHead ? [] : bytes))
        case .events(let stream):
            defer { stream.close() }
            try await write(response.head(keepsAlive: false))
            guard request.method != .head else { return }
            try await follow(stream)
        }
    }

    /// Sends events as they come; who does not read them is cut off.
    private func follow(_ stream: EventStream) async throws {
        let end = ContinuousClock.now + limits.stream
        try await withThrowingTaskGroup(of: Void.self) { group in
            // Somebody who follows says nothing more; his end is how he leaves, also while nothing is sent.
            group.addTask { while true { _ = try await socket.read(atMost: 1024) } }
            group.addTask {
                try await stream.follow { text in
                    give(limits.reading)
                    try await write(Array(text.utf8))
                    deadlines.remove(id)
                    return ContinuousClock.now < end
                }
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func refuse(_ fault: WebFault) async throws {
        give(.seconds(5))
        var response = WebResponse.text(fault.message + "\n", status: fault.status)
        for (name, value) in SecurityHeaders.all { response.headers[name] = value }
        guard case .whole(let bytes) = response.body else { return }
        try await write(response.head(keepsAlive: false) + bytes)
        // What is unread when a connection is closed resets it, and the answer may be lost with it.
        shutdown(socket.socket.file.rawValue, Int32(SHUT_WR))
        var unread = 0
        while unread < 1 << 20 { unread += try await socket.read(atMost: 4096).count }
    }
}

/// What arrives on a connection, as requests.
private struct ConnectionInput {
    let socket: AsyncSocket
    private var bytes: [UInt8] = []

    init(socket: AsyncSocket) { self.socket = socket }

    var isEmpty: Bool { bytes.isEmpty }

    /// Waits for something to read; false when the other side has ended.
    mutating func hasMore() async throws -> Bool {
        guard bytes.isEmpty else { return true }
        do {
            bytes = try await socket.read(atMost: 4096)
            return true
        } catch SocketError.disconnected {
            return false
        }
    }

    /// The next request, whole.
    mutating func next() async throws -> WebRequest {
        var known = 0
        while true {
            if let end = RequestHead.end(in: bytes, known: known) {
                guard end <= RequestHead.largest else { break }
                var request = try RequestHead.parse(bytes[..<end])
                bytes.removeFirst(end)
                while bytes.count < request.announcedBody { bytes += try await socket.read(atMost: 4096) }
                request.body = Array(bytes.prefix(request.announcedBody))
                bytes.removeFirst(request.announcedBody)
                return request
            }
            guard bytes.count < RequestHead.largest else { break }
            known = bytes.count
            bytes += try await socket.read(atMost: 4096)
        }
        throw WebFault(431, "the head of the request has more than \(RequestHead.largest) bytes")
    }
}
