// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization
import Testing
import ZeroMQ

/// What a handler saw, for the test's thread to look at.
private final class Record<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    var all: [Element] { elements.withLock { $0 } }

    func append(_ element: Element) {
        elements.withLock { $0.append(element) }
    }

    func waitForCount(_ count: Int, within timeout: Duration = .seconds(20)) async throws -> Bool {
        let deadline = ContinuousClock.now + timeout
        while all.count < count, .now < deadline { try await Task.sleep(for: .milliseconds(2)) }
        return all.count >= count
    }
}

/// A thread that its own handler can reach.
private final class SharedThread: Sendable {
    let thread = Mutex<SocketThread?>(nil)
}

@Suite(.timeLimit(.minutes(1)))
struct SocketThreadTests {
    @Test("messages left by many threads all arrive, those of each thread in order")
    func mailbox() async throws {
        let context = try Context()
        var router = try Socket(.router, context: context)
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        let thread = try SocketThread(connectingTo: endpoint, context: context, tick: .seconds(1)) { _ in [] }
        await withTaskGroup(of: Void.self) { group in
            for sender in UInt8(0)..<4 {
                group.addTask {
                    for number in UInt8(0)..<250 { _ = thread.send(Message([sender, number])) }
                }
            }
        }
        var next = [UInt8](repeating: 0, count: 4)
        for _ in 0..<1000 {
            let payload = try #require(try router.next()?.frames.last)
            #expect(payload[1] == next[Int(payload[0])])
            next[Int(payload[0])] &+= 1
        }
        thread.stop()
    }

    @Test("what the handler returns is sent: 200 round trips")
    func roundTrips() async throws {
        let context = try Context()
        var router = try Socket(.router, context: context)
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        let thread = try SocketThread(connectingTo: endpoint, context: context, tick: .seconds(1)) { event in
            guard case .received(let message) = event else { return [] }
            return [message]
        }
        #expect(thread.send(Message([0])))
        for number in UInt8(0)..<200 {
            let message = try #require(try router.next())
            #expect(message.frames.last == [number])
            _ = try router.send(Message(to: message.frames[0], [number + 1]))
        }
        thread.stop()
    }

    @Test("ticks go on while nothing else does, and count what could not be sent")
    func ticks() async throws {
        var options = SocketOptions()
        options.onlyConnected = true
        let ticks = Record<Int>()
        let thread = try SocketThread(
            connectingTo: "tcp://127.0.0.1:1",
            context: Context(),
            options: options,
            tick: .milliseconds(5)
        ) { event in
            if case .tick(let unsent) = event { ticks.append(unsent) }
            return []
        }
        #expect(thread.send(Message([1])))
        #expect(try await ticks.waitForCount(10))
        #expect(ticks.all.last == 1)
        thread.stop()
        let count = ticks.all.count
        try await Task.sleep(for: .milliseconds(30))
        #expect(ticks.all.count == count)
    }

    @Test("a tick's messages are sent")
    func heartbeats() async throws {
        let context = try Context()
        var router = try Socket(.router, context: context)
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        let thread = try SocketThread(connectingTo: endpoint, context: context, tick: .milliseconds(5)) { event in
            if case .tick = event { [Message([9])] } else { [] }
        }
        for _ in 0..<5 {
            let payload = try router.next()?.frames.last
            #expect(payload == [9])
        }
        thread.stop()
    }

    @Test("an endpoint that is none is refused by the initialiser")
    func badEndpoint() throws {
        #expect(throws: ZeroMQError.self) {
            try SocketThread(connectingTo: "nonsense", context: Context(), tick: .seconds(1)) { _ in [] }
        }
    }

    @Test("a full mailbox refuses, a stopped thread refuses, and stopping twice is harmless")
    func refusals() throws {
        var options = SocketOptions()
        options.onlyConnected = true
        options.linger = .zero
        let thread = try SocketThread(
            connectingTo: "tcp://127.0.0.1:1",
            context: Context(),
            options: options,
            tick: .seconds(1),
            mailboxLimit: 10
        ) { _ in [] }
        var accepted = 0
        while thread.send(Message([1])) { accepted += 1 }
        // At most one mailbox in the thread's hands and one left.
        #expect((10...20).contains(accepted))
        thread.stop()
        thread.stop()
        #expect(!thread.send(Message([2])))
    }

    @Test("a goodbye left just before the stop still arrives")
    func goodbye() throws {
        let context = try Context()
        var router = try Socket(.router, context: context)
        let endpoint = try router.bind("tcp://127.0.0.1:*")
        let thread = try SocketThread(connectingTo: endpoint, context: context, tick: .seconds(1)) { _ in [] }
        #expect(thread.send(Message([7])))
        thread.stop()
        let message = try router.next()
        #expect(message?.frames.last == [7])
    }

    @Test("a handler may stop its own thread, even while another thread stops it too")
    func stopInside() async throws {
        let shared = SharedThread()
        let handling = Record<Bool>()
        let thread = try SocketThread(
            connectingTo: "tcp://127.0.0.1:1",
            context: Context(),
            tick: .milliseconds(2)
        ) { _ in
            guard let thread = shared.thread.withLock({ $0 }) else { return [] }
            handling.append(true)
            // Time for the other thread to be waiting for this one.
            usleep(50_000)
            thread.stop()
            return []
        }
        shared.thread.withLock { $0 = thread }
        #expect(try await handling.waitForCount(1))
        thread.stop()
        #expect(handling.all.count == 1)
        #expect(!thread.send(Message([1])))
        shared.thread.withLock { $0 = nil }
    }
}
