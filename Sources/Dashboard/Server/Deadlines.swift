// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
import Synchronization

/// Ends connections that keep others waiting: whoever sends, or reads, too slowly is cut off.
///
/// One task looks at all of them once in a while. A task for each wait, which is the other way, would cost more than the
/// requests.
final class Deadlines: Sendable {
    private struct Entry {
        var descriptor: Int32
        var end: ContinuousClock.Instant
    }

    private let entries = Mutex<[Int: Entry]>([:])
    private let interval: Duration

    /// - Parameter interval: How late a connection may be ended.
    init(interval: Duration = .seconds(1)) { self.interval = interval }

    /// Gives the connection called `id` until then.
    func set(_ id: Int, _ descriptor: Int32, _ patience: Duration) {
        let entry = Entry(descriptor: descriptor, end: .now + patience)
        entries.withLock { $0[id] = entry }
    }

    /// Forgets a connection, which is closed afterwards and not before.
    func remove(_ id: Int) { entries.withLock { $0[id] = nil } }

    /// Watches until it is cancelled.
    func watch() async throws {
        while true {
            try await Task.sleep(for: interval)
            let now = ContinuousClock.now
            entries.withLock { entries in
                for (id, entry) in entries where entry.end < now {
                    // Its reader, or its writer, wakes up and finds it ended.
                    shutdown(entry.descriptor, Int32(SHUT_RDWR))
                    entries[id] = nil
                }
            }
        }
    }
}
