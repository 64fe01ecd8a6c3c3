// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// How long shards took, by model and transformation, in fixed buckets.
package struct ShardSeconds: Hashable, Sendable {
    /// What shards are told apart by.
    package struct Kind: Hashable, Sendable, Comparable {
        /// The model's name in the sweep file.
        package var model: String
        /// The transformation's name.
        package var transform: String

        package static func < (left: Kind, right: Kind) -> Bool {
            (left.model, left.transform) < (right.model, right.transform)
        }
    }

    /// Shards of one kind.
    package struct Times: Hashable, Sendable {
        /// Number of shards in each bucket, the last of which has no upper bound.
        package fileprivate(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
        /// Seconds of all together.
        package fileprivate(set) var sum = 0.0
    }

    /// Upper bounds of the buckets but the last, in seconds.
    package static let bounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000]
    /// Kinds that are told apart; a metric's labels must not grow with the sweep.
    private static let mostKinds = 64
    /// What stands for the models and transformations of the others.
    private static let others = Kind(model: "other", transform: "other")

    /// The times by kind.
    package private(set) var times: [Kind: Times] = [:]

    /// None yet.
    package init() {}

    /// Counts a shard that took `seconds`.
    package mutating func add(_ seconds: Double, model: String, transform: String) {
        guard seconds.isFinite, seconds >= 0 else { return }
        let kind = Kind(model: model, transform: transform)
        let isKnown = times[kind] != nil || times.count < Self.mostKinds
        let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
        times[isKnown ? kind : Self.others, default: Times()].counts[bucket] += 1
        times[isKnown ? kind : Self.others, default: Times()].sum += seconds
    }
}
