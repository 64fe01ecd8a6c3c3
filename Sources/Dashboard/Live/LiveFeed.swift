// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// What is told to everyone who watches, as it changes: always the whole of it, so that nobody can miss a part.
///
/// Followers are woken and then take what is newest: somebody who reads slowly gets fewer events, never a queue of them.
final class LiveFeed: Sendable {
    private struct State {
        /// What was told last; empty before the first time.
        var text = ""
        /// The number of times that something was told.
        var sequence: UInt64 = 0
        var followers: [Int: AsyncStream<Void>.Continuation] = [:]
        var nextFollower = 0
    }

    /// One life of the server; browsers see that another one began.
    let epoch: UInt64
    private let mostFollowers: Int
    private let state = Mutex(State())

    /// Nobody follows yet.
    init(epoch: UInt64, mostFollowers: Int) {
        self.epoch = epoch
        self.mostFollowers = mostFollowers
    }

    /// How many follow.
    var followers: Int { state.withLock { $0.followers.count } }

    /// Tells everyone, if `text` is news; a text of one line.
    func tell(_ text: String) {
        state.withLock { state in
            guard text != state.text else { return }
            state.text = text
            state.sequence += 1
            for follower in state.followers.values { follower.yield() }
        }
    }

    /// Shows life to everyone.
    func beat() { state.withLock { $0.followers.values.forEach { $0.yield() } } }

    /// A follower, who is told at once what is newest; nil when there are too many.
    func follow() -> EventStream? {
        // One wake-up is enough, however many came.
        let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id: Int? = state.withLock { state in
            guard state.followers.count < mostFollowers else { return nil }
            state.nextFollower += 1
            state.followers[state.nextFollower] = wake
            return state.nextFollower
        }
        guard let id else { return nil }
        wake.yield()
        return EventStream(feed: self, id: id, wakes: wakes)
    }

    /// What to send to somebody who has seen the event number `seen`: the newest event, or a sign of life.
    fileprivate func text(after seen: inout UInt64) -> String {
        let (text, sequence) = state.withLock { ($0.text, $0.sequence) }
        guard sequence > seen else { return ":\n\n" }
        seen = sequence
        return "id: \(epoch).\(sequence)\ndata: \(text)\n\n"
    }

    fileprivate func leave(_ id: Int) {
        state.withLock { $0.followers.removeValue(forKey: id) }?.finish()
    }
}

/// The events that one browser gets.
package struct EventStream: Sendable {
    fileprivate let feed: LiveFeed
    fileprivate let id: Int
    fileprivate let wakes: AsyncStream<Void>

    /// Has `send` send what is told, until it throws or says that it is enough; each text is one event or more, the first
    /// of which says how long to wait before asking again.
    func follow(_ send: (String) async throws -> Bool) async throws {
        var seen: UInt64 = 0
        var prefix = "retry: 3000\n\n"
        for await _ in wakes {
            guard try await send(prefix + feed.text(after: &seen)) else { return }
            prefix = ""
        }
    }

    /// Follows no more.
    func close() { feed.leave(id) }
}
