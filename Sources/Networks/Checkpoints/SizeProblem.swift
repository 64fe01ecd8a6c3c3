// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Why there is no network of some sizes, and which of them is to blame.
public struct SizeProblem: Hashable, Sendable {
    /// The size's name in recipes and in the metadata of checkpoints.
    public var key: String
    /// What is wrong and what would be right.
    public var text: String

    init(_ key: String, _ text: String) {
        self.key = key
        self.text = text
    }

    /// A problem of a number that is not within its range; nil for one that is.
    init?(_ key: String, _ value: Int, in range: ClosedRange<Int>) {
        if range.contains(value) { return nil }
        self.init(key, "\(key) must be \(range), not \(value)")
    }
}
