// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Statistics

/// What answers are made with, besides the numbers; printed with each.
public struct AnswerSettings: Hashable, Sendable {
    /// The seed of the bootstrap's draws.
    public var seed: UInt64 = 0
    /// The bootstrap's replicates.
    public var replicates = StratifiedBootstrap.tableReplicates
    /// The coverage of intervals.
    public var level = 0.95
    /// The smallest effect that counts: bits per dimension, or a share of images for a classifier's accuracy.
    public var smallestEffect = Verdict.smallestRobustEffect
    /// The smallest effect that is called obvious.
    public var obviousEffect = Verdict.smallestObviousEffect
    /// The rise at which a dose counts as effective, in bits per dimension.
    public var rise = 0.5

    /// What transformed cells are compared with.
    public var against = EffectBaseline.identity

    /// Cells that are computed at the same time; no number depends on it.
    public var threads = 1

    /// Seed 0, 1,999 replicates, 95 % intervals, 0.01 and 0.05 as smallest effects, a rise of 0.5 bits per dimension.
    public init() {}
}

/// What transformed cells are compared with, image by image.
public enum EffectBaseline: String, Hashable, Sendable, CaseIterable {
    /// The same images as they are.
    case identity
    /// The same images under the chain without its last member, which says what that member did. Single transformations
    /// are not compared.
    case shorter
}
