// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Messages that other threads leave for a socket's thread.
final class Mailbox: Sendable {
    private struct State {
        var messages: [Message] = []
        var isClosed = false
    }

    /// Signalled when there is something to look at.
    let wakeup: Wakeup
    private let limit: Int
    private let state = Mutex(State())

    init(limit: Int) throws(ZeroMQError) {
        self.limit = limit
        wakeup = try Wakeup()
    }

    /// False when the mailbox is full or closed.
    func put(_ message: Message) -> Bool {
        let taken = state.withLock { state in
            guard !state.isClosed, state.messages.count < limit else { return false }
            state.messages.append(message)
            return true
        }
        if taken { wakeup.signal() }
        return taken
    }

    /// Refuses further messages and wakes the thread, which ends.
    func close() {
        state.withLock { $0.isClosed = true }
        wakeup.signal()
    }

    /// All messages left so far; they are gone from the mailbox.
    func takeAll() -> [Message] {
        state.withLock { state in
            defer { state.messages = [] }
            return state.messages
        }
    }

    var count: Int { state.withLock { $0.messages.count } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
}
