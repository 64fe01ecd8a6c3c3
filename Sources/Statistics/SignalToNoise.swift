// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation

/// How strongly images were changed: peak signal-to-noise ratio, PSNR.
///
/// 10·log₁₀(peak² / mean squared difference) decibels, over all values of all images that were added.
public struct SignalToNoise: Hashable, Sendable {
    private var squares = 0.0
    private var count = 0

    /// The ratio of no images.
    public init() {}

    /// The ratio of one image.
    public init(_ image: [Float], changed: [Float]) { add(image, changed: changed) }

    /// Adds an image; both have as many values.
    public mutating func add(_ image: [Float], changed: [Float]) {
        precondition(image.count == changed.count, "images of \(image.count) and \(changed.count) values")
        for (before, after) in zip(image, changed) {
            let difference = Double(after) - Double(before)
            squares += difference * difference
        }
        count += image.count
    }

    /// The ratio.
    ///
    /// - Parameter peak: What lies between black and white.
    /// - Returns: Decibels; infinity where nothing differs, NaN where a value is no number or there is none.
    public func decibels(peak: Double) -> Double { 10 * log10(peak * peak * Double(count) / squares) }
}
