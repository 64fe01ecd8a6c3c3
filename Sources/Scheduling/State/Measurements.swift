// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Numbers for values that are used as indices, in order of first appearance.
struct Interning<Value: Hashable & Sendable>: Sendable {
    private(set) var values: [Value] = []
    private var indices: [Value: Int] = [:]

    mutating func index(of value: Value) -> Int {
        if let index = indices[value] { return index }
        indices[value] = values.count
        values.append(value)
        return values.count - 1
    }
}

/// What the cells of one cost class have cost, and what is left of them.
struct ClassState: Sendable {
    /// Index of the model.
    let model: Int
    /// Images that are neither recorded nor failed.
    var remaining = 0
    private var threadSeconds = 0.0
    private var images = 0.0

    init(model: Int) {
        self.model = model
    }

    /// Seconds of one thread for one image, over the recent shards of all workers; nil before the first.
    var threadSecondsPerImage: Double? { images > 0 ? threadSeconds / images : nil }

    /// Adds a measured shard; older ones count 1 % less each time.
    mutating func add(images newImages: Int, seconds: Double, threads: Int) {
        threadSeconds = 0.99 * threadSeconds + seconds * Double(threads)
        images = 0.99 * images + Double(newImages)
    }
}

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
