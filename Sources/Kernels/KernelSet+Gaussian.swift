// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import KernelTemplates

/// The log-likelihood of elements under a diagonal Gaussian, term by term.
public struct GaussianTerms: Sendable, Equatable {
    /// Number of elements.
    public var count: Int
    /// `Σ ((z − mean) / scale)²`.
    public var quadratic: Double
    /// `Σ ln scale`.
    public var logScale: Double

    /// Natural logarithm of the density: `−count/2·ln 2π − logScale − quadratic/2`.
    public var logLikelihood: Double { -0.5 * Double(count) * log(2 * Double.pi) - logScale - 0.5 * quadratic }
}

extension KernelSet {
    /// Standardises `z` under a diagonal Gaussian: `epsilon ← (z − mean)·e^−logScale`.
    ///
    /// The views have one shape; `epsilon` may be the view `z`. Call it once per image to get the image's own terms.
    ///
    /// - Returns: The terms of the log-likelihood, summed in Double in a fixed order.
    public func standardize(
        _ z: RowView,
        mean: RowView,
        logScale: RowView,
        into epsilon: RowView
    ) -> GaussianTerms {
        precondition(mean.hasShape(of: z) && logScale.hasShape(of: z), "the views differ in shape")
        precondition(epsilon.hasShape(of: z), "the views differ in shape")
        return Strips.withBuffers { x, m, s, e in
            var (reader, means, scales) = (RowCursor(z), RowCursor(mean), RowCursor(logScale))
            var writer = RowCursor(epsilon)
            var (quadratic, logScales) = (FixedOrderSum(), FixedOrderSum())
            Strips.forEach(z) { count, vectors in
                reader.read(count, into: x)
                means.read(count, into: m)
                scales.read(count, into: s)
                entries.standardize(x, m, s, e, vectors)
                writer.write(count, from: e)
                quadratic.add(count, of: e) { $0 * $0 }
                logScales.add(count, of: s)
            }
            return GaussianTerms(count: z.rows * z.channels, quadratic: quadratic.total, logScale: logScales.total)
        }
    }

    /// The inverse of `standardize`: `z ← mean + factor·epsilon·e^logScale`; `z` may be the view `epsilon`.
    public func unstandardize(
        _ epsilon: RowView,
        mean: RowView,
        logScale: RowView,
        factor: Float = 1,
        into z: RowView
    ) {
        precondition(mean.hasShape(of: z) && logScale.hasShape(of: z), "the views differ in shape")
        precondition(epsilon.hasShape(of: z), "the views differ in shape")
        Strips.withBuffers { x, m, s, e in
            var (reader, means, scales) = (RowCursor(epsilon), RowCursor(mean), RowCursor(logScale))
            var writer = RowCursor(z)
            Strips.forEach(z) { count, vectors in
                reader.read(count, into: e)
                means.read(count, into: m)
                scales.read(count, into: s)
                entries.unstandardize(e, m, s, factor, x, vectors)
                writer.write(count, from: x)
            }
        }
    }
}
