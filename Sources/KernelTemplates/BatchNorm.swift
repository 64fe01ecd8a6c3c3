// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Adds Σ a and Σ a·b of every channel over the rows to what the sums hold, in double precision and in the order of the
/// rows.
@inlinable @_transparent
public func sumProductsBody(
    _ a: KernelRows,
    _ b: KernelRows,
    sums: UnsafeMutablePointer<Double>,
    products: UnsafeMutablePointer<Double>,
    extent: KernelExtent
) {
    for channel in stride(from: 0, to: extent.channels, by: 16) {
        let count = min(16, extent.channels - channel)
        var (sum, product) = (DoubleLanes(at: sums + channel, count), DoubleLanes(at: products + channel, count))
        var (first, second) = (a.first + channel, b.first + channel)
        for _ in 0..<extent.rows {
            let (x, y) = (DoubleLanes(Lanes(at: first)), DoubleLanes(Lanes(at: second)))
            sum.low += x.low
            sum.high += x.high
            // The product of two floats is exact.
            product.low += x.low * y.low
            product.high += x.high * y.high
            first += a.stride
            second += b.stride
        }
        sum.store(at: sums + channel, count)
        product.store(at: products + channel, count)
    }
}

/// Sixteen numbers in double precision.
@usableFromInline
struct DoubleLanes {
    @usableFromInline var low: SIMD8<Double>
    @usableFromInline var high: SIMD8<Double>

    @inlinable @_transparent
    init(_ lanes: Lanes) {
        low = Self.widened(lanes.lowHalf)
        high = Self.widened(lanes.highHalf)
    }

    // Lane by lane: the generic conversion would leave a weak function in the modules compiled for one instruction set.
    @inlinable @_transparent
    static func widened(_ lanes: SIMD8<Float>) -> SIMD8<Double> {
        SIMD8(
            Double(lanes[0]),
            Double(lanes[1]),
            Double(lanes[2]),
            Double(lanes[3]),
            Double(lanes[4]),
            Double(lanes[5]),
            Double(lanes[6]),
            Double(lanes[7])
        )
    }

    /// Reads `count` numbers, at most sixteen; the others are zero.
    @inlinable @_transparent
    init(at address: UnsafePointer<Double>, _ count: Int) {
        low = .zero
        high = .zero
        for lane in 0..<min(8, count) { low[lane] = address[lane] }
        for lane in 8..<max(8, count) { high[lane - 8] = address[lane] }
    }

    /// Writes the first `count` numbers.
    @inlinable @_transparent
    func store(at address: UnsafeMutablePointer<Double>, _ count: Int) {
        for lane in 0..<min(8, count) { address[lane] = low[lane] }
        for lane in 8..<max(8, count) { address[lane] = high[lane - 8] }
    }
}

/// `y = max(0, x·scale + offset)`, or `max(0, y + x·scale + offset)` when `accumulates`; a scale and an offset per
/// channel.
@inlinable @_transparent
public func normaliseBody(
    _ y: KernelRows,
    _ x: KernelRows,
    scale: UnsafePointer<Float>,
    offset: UnsafePointer<Float>,
    accumulates: Bool,
    extent: KernelExtent
) {
    for channel in stride(from: 0, to: extent.channels, by: 16) {
        let (scale, offset) = (Lanes(at: scale + channel), Lanes(at: offset + channel))
        let count = extent.channels - channel
        var (target, source) = (y.first + channel, x.first + channel)
        for _ in 0..<extent.rows {
            let normalised = Lanes(at: source) * scale + offset
            let sum = accumulates ? Lanes(at: target) + normalised : normalised
            sum.rectified.store(at: target, first: count, extent.edge)
            target += y.stride
            source += x.stride
        }
    }
}

/// `dx = dx·own + (x·ofInput + constant)`, in place; each channel has numbers of its own.
@inlinable @_transparent
public func normaliseBackwardBody(
    _ dx: KernelRows,
    _ x: KernelRows,
    own: UnsafePointer<Float>,
    ofInput: UnsafePointer<Float>,
    constant: UnsafePointer<Float>,
    extent: KernelExtent
) {
    for channel in stride(from: 0, to: extent.channels, by: 16) {
        let (own, ofInput) = (Lanes(at: own + channel), Lanes(at: ofInput + channel))
        let (constant, count) = (Lanes(at: constant + channel), extent.channels - channel)
        var (target, source) = (dx.first + channel, x.first + channel)
        for _ in 0..<extent.rows {
            let sum = Lanes(at: target) * own + (Lanes(at: source) * ofInput + constant)
            sum.store(at: target, first: count, extent.edge)
            target += dx.stride
            source += x.stride
        }
    }
}
