// BitSweep
// SPDX-License-Identifier: Apache-2.0

extension Float {
    /// Whether two scorings of an image agree.
    ///
    /// Without a tolerance they must have equal bits. With one, t, |a − b| ≤ t·max(|a|, |b|, 1), an infinity agrees with
    /// itself, and no number with no number.
    public func agrees(with other: Float, within tolerance: Double?) -> Bool {
        if bitPattern == other.bitPattern { return true }
        guard let tolerance else { return false }
        if isNaN || other.isNaN { return isNaN && other.isNaN }
        guard isFinite, other.isFinite else { return self == other }
        let (one, two) = (Double(self), Double(other))
        return abs(one - two) <= tolerance * max(abs(one), abs(two), 1)
    }
}
