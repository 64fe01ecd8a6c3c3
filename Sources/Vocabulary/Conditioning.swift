// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Which likelihood a class-conditional model reports.
public enum Conditioning: String, Hashable, Sendable, CaseIterable {
    /// −log p(x|y) with the image's true label.
    case label
    /// −log of the mean over classes of p(x|y).
    case marginal
}
