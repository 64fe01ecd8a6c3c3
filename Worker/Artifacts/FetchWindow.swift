// BitSweep
// SPDX-License-Identifier: Apache-2.0

import WireProtocol

/// How much of a file may be on its way at once.
///
/// What waits on a slow link, waits in front of the coordinator's signs of life, too: with a few megabytes for each of
/// many workers on one link, all of them would be taken for lost. So a fetch begins with little and asks for more as long as
/// parts come promptly, and for less when they wait for long, as delay-based congestion control does (TCP Vegas, Brakmo
/// and Peterson 1995).
struct FetchWindow {
    /// Most parts on their way.
    static let parts = 8
    /// Bytes of the smallest part that is asked for.
    static let smallestPart = 16 << 10
    /// Bytes on their way at first, and at most: what fills a link of 1 Gbit/s over 30 ms.
    static let first = 256 << 10
    static let most = 4 << 20
    /// What a part may wait beyond the shortest time that any took; half of it is prompt, a quarter very much so.
    static let patience: Duration = .seconds(1)

    /// Bytes that may be on their way.
    private(set) var bytes = Self.first
    /// The shortest time that any part took: the way there and back, at most the longest that is believed to be one.
    private var shortest: Duration = .milliseconds(500)
    /// Parts that were asked for before have waited because of a window that is closed since.
    private var closed: Duration?

    /// Bytes of the next part: a quarter of what may be on its way, so that there is always another one.
    var part: Int { min(max(bytes / 4, Self.smallestPart), WireLimits.artifactChunkBytes) }

    /// Whether another part may be asked for while `parts` with `bytes` together are on their way.
    func allows(after parts: Int, of bytes: Int) -> Bool {
        parts == 0 || (parts < Self.parts && bytes + part <= self.bytes)
    }

    /// Learns from a part of `count` bytes that was asked for at `asked` and came at `now`.
    mutating func note(_ count: Int, askedAt asked: Duration, at now: Duration) {
        let took = now - asked
        shortest = min(shortest, took)
        let waited = took - shortest
        if waited <= Self.patience / 2 {
            bytes = min(bytes + (waited <= Self.patience / 4 ? count : count / 4), Self.most)
        } else if waited > Self.patience, asked >= closed ?? .zero {
            close(at: now)
        }
    }

    /// Nothing has come for long.
    mutating func close(at now: Duration) {
        bytes = max(bytes / 2, Self.smallestPart)
        closed = now
    }
}
