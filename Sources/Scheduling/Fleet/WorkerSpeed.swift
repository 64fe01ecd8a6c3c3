// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How fast a worker is and how far away, by the tables it delivered.
struct WorkerSpeed: Sendable {
    /// Seconds per image for each cost class; 0 where unknown.
    private var secondsPerImage: [Double] = []
    /// Seconds from a dispatch to the table, without the computation and the wait for earlier shards.
    private(set) var roundTrip: Double?
    /// Images a second, by the class measured last.
    private(set) var latestRate: Double?

    /// The measured seconds per image of a cost class; nil where there are none.
    func secondsPerImage(of costClass: Int) -> Double? {
        costClass < secondsPerImage.count && secondsPerImage[costClass] > 0 ? secondsPerImage[costClass] : nil
    }

    /// Learns from a shard of `images` images that took `seconds`; newer measurements count by `smoothing`.
    mutating func learn(seconds: Double, images: Int, of costClass: Int, smoothing: Double) {
        // A nanosecond at least, so that a speed is known and finite even where two instants are equal.
        let measured = max(seconds, 1e-9) / Double(images)
        while secondsPerImage.count <= costClass { secondsPerImage.append(0) }
        let old = secondsPerImage[costClass]
        secondsPerImage[costClass] = old == 0 ? measured : old + smoothing * (measured - old)
        latestRate = 1 / secondsPerImage[costClass]
    }

    /// Learns the round trip from the time a shard spent outside the computation.
    ///
    /// A worker that waited before it began the shard had nothing else: all of that time was the way there and back. One
    /// that was busy may hold more than it needs, which the time outside cannot tell from a long way; so the estimate
    /// then shrinks slowly, until the worker waits again.
    mutating func learnRoundTrip(outside: Double, waited: Double, computed: Double, pacing: Pacing) {
        var new: Double
        if waited > min(outside / 4, computed / 8) {
            new = roundTrip.map { $0 + pacing.smoothing * (outside - $0) } ?? outside
        } else if let roundTrip {
            new = min(roundTrip, outside) - max(0, waited + computed) / 16
        } else {
            return
        }
        new = min(max(new, 0), pacing.longestRoundTrip)
        roundTrip = new
    }
}
