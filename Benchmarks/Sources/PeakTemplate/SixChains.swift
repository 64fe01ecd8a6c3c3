// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Sixteen floats, as wide as the engine's kernels.
public typealias PeakLanes = SIMD16<Float>

/// Six chains of fused multiply-adds that only their own latency and the processor's ports hold back.
///
/// Six fill the sixteen registers of AVX2.
public struct SixChains {
    @usableFromInline var a: PeakLanes
    @usableFromInline var b: PeakLanes
    @usableFromInline var c: PeakLanes
    @usableFromInline var d: PeakLanes
    @usableFromInline var e: PeakLanes
    @usableFromInline var f: PeakLanes

    /// Begins all six with `start`.
    @inlinable @inline(__always)
    public init(_ start: PeakLanes) { (a, b, c, d, e, f) = (start, start, start, start, start, start) }

    /// Adds `x · y` to each.
    @inlinable @inline(__always)
    public mutating func advance(_ x: PeakLanes, _ y: PeakLanes) {
        a.addProduct(x, y)
        b.addProduct(x, y)
        c.addProduct(x, y)
        d.addProduct(x, y)
        e.addProduct(x, y)
        f.addProduct(x, y)
    }

    /// The sum of all six.
    @inlinable @inline(__always)
    public var sum: PeakLanes { a + b + c + d + e + f }
}

/// What one round of a loop computes.
public enum PeakRound {
    /// Floating-point operations of one round of `SixChains`: a multiply and an add per lane.
    public static let operationsPerSixChains = 6 * 16 * 2
}
