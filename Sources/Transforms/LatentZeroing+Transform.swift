// BitSweep
// SPDX-License-Identifier: Apache-2.0

package import Datasets
public import Vocabulary

/// Scales latents between encoding and decoding (paper, Algorithm 1); pixels pass unchanged on the way in.
extension LatentZeroing: Transform, AppliedTransform {
    /// The factor of each level's latents, level 1 first, for a model of `levels` levels.
    ///
    /// Throws when the model lacks the level. All levels may be scaled: what is left is the prior's mode.
    public func multipliers(levels: Int) throws(LatentZeroingError) -> [Float] {
        let scaled: ClosedRange<Int>
        switch self.levels {
        case .first(let level), .only(let level):
            guard level >= 1, level <= levels else { throw LatentZeroingError(level: level, levels: levels) }
            if case .first = self.levels { scaled = 1...level } else { scaled = level...level }
        }
        return (1...levels).map { scaled.contains($0) ? Float(alpha) : 1 }
    }

    /// What is scored of a decoded image: its pixels on the flow's input scale, [-0.5, 0.5), [H][W][C].
    ///
    /// As it is by default. Clamped: values beyond the range moved to its end. Re-quantised: each value moved to the
    /// lower end of its 1/256 bin, an outermost bin when it is beyond the range, and dequantised with the image's own
    /// u. The lower end, not the nearest: the decoded image is a dequantised one, spread over [v, v + 1), so that an
    /// unchanged image keeps its v. Non-finite values stay what they are.
    ///
    /// - Parameters:
    ///   - decoded: The decoded image.
    ///   - draws: The image's random numbers.
    ///   - estimate: How a re-quantised image is dequantised. An interval is that of the bins, too: it re-quantises,
    ///     without a clamp that counts.
    ///   - draw: Which draw of dequantisation it is.
    /// - Returns: The pixels, and how many were clamped.
    public func rescored(
        _ decoded: [Float],
        draws: ImageDraws,
        estimate: LikelihoodEstimate = .standard,
        draw: Int = 0
    ) -> (values: [Float], clamped: Int) {
        let isOfBins = requantise || estimate.kind == .interval
        guard clamp || isOfBins else { return (decoded, 0) }
        let (limited, clamped) = Self.limited(decoded)
        guard isOfBins else { return (limited, clamped) }
        let u = draws.dequantisation(decoded.count, estimate, draw: draw)
        let values = zip(limited, u).map { value, u in
            (value * 256).rounded(.down) / 256 + u / 256
        }
        return (values, clamped)
    }

    /// The pixels of a decoded image for a chain's next member: limited as `rescored` says, on levels where they are
    /// re-quantised, and else with their dequantisation in them.
    ///
    /// - Parameters:
    ///   - decoded: The decoded image, on the flow's input scale.
    ///   - shape: Its rows, columns and channels.
    ///   - dequantisation: The u that it was encoded with.
    /// - Returns: The pixels, with the number of those that were clamped.
    package func pixels(_ decoded: [Float], shape: ImageShape, dequantisation: [Float]) -> PixelTensor {
        let (limited, clamped) = clamp || requantise ? Self.limited(decoded) : (decoded, 0)
        var pixels =
            if requantise {
                PixelTensor(
                    limited.map { ($0 * 256).rounded(.down) / 256 + 0.5 },
                    shape: shape,
                    scale: .dequantised
                )
            } else {
                PixelTensor(
                    limited.map { $0 + 0.5 },
                    shape: shape,
                    scale: .dequantised,
                    dequantisation: dequantisation
                )
            }
        pixels.clamped = clamped
        return pixels
    }

    /// Values beyond the flow's input range moved to its end, and how many were.
    private static func limited(_ decoded: [Float]) -> (values: [Float], clamped: Int) {
        var clamped = 0
        let values = decoded.map { value in
            let kept = value < -0.5 ? -0.5 : value >= 0.5 ? Float(0.5).nextDown : value
            if value.isFinite, kept != value { clamped += 1 }
            return value.isFinite ? kept : value
        }
        return (values, clamped)
    }
}

/// A cell wants to scale a level of latents that its model does not have.
public struct LatentZeroingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The level asked for.
    public var level: Int
    /// The levels the model has.
    public var levels: Int

    /// One line with both numbers.
    public var description: String {
        "cannot scale the latents of level \(level): the model has \(counted(levels, "level")); expected 1…\(levels)"
    }
}
