// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Images recorded in the recent past, in one bucket per second.
struct RateWindow: Sendable {
    private var buckets: [Int]
    private var newestSecond: Int64 = 0
    private var begin: Instant?

    init(span: Duration) {
        buckets = Array(repeating: 0, count: max(1, Int(span.components.seconds)))
    }

    mutating func add(_ images: Int, at now: Instant) {
        advance(to: now)
        begin = begin ?? now
        buckets[Int(newestSecond % Int64(buckets.count))] += images
    }

    /// Images per second over the window, or since the first image where that is shorter (but at least a second).
    func rate(at now: Instant) -> Double {
        guard let begin else { return 0 }
        var window = self
        window.advance(to: now)
        let span = min(max(now.seconds(since: begin), 1), Double(buckets.count))
        return Double(window.buckets.reduce(0, +)) / span
    }

    private mutating func advance(to now: Instant) {
        let second = now.nanoseconds / 1_000_000_000
        guard second > newestSecond else { return }
        let count = Int64(buckets.count)
        for passed in max(newestSecond + 1, second - count + 1)...second {
            buckets[Int(passed % count)] = 0
        }
        newestSecond = second
    }
}
