// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Each channel's sum over the rows, in order, begun from the old sum when `accumulates`, else from zero.
@inlinable @_transparent
public func columnSumsBody(
    _ x: KernelRows,
    _ sums: UnsafeMutablePointer<Float>,
    _ accumulates: Bool,
    _ extent: KernelExtent
) {
    var channel = 0
    // Four chains at a time, as an addition takes about as long as four may begin.
    while channel + 64 <= extent.channels {
        let target = sums + channel
        var a = accumulates ? Lanes(at: target) : .zero
        var b = accumulates ? Lanes(at: target + 16) : .zero
        var c = accumulates ? Lanes(at: target + 32) : .zero
        var d = accumulates ? Lanes(at: target + 48) : .zero
        var source = x.first + channel
        for _ in 0..<extent.rows {
            a += Lanes(at: source)
            b += Lanes(at: source + 16)
            c += Lanes(at: source + 32)
            d += Lanes(at: source + 48)
            source += x.stride
        }
        a.store(at: target)
        b.store(at: target + 16)
        c.store(at: target + 32)
        d.store(at: target + 48)
        channel += 64
    }
    while channel < extent.channels {
        let target = sums + channel
        var sum = accumulates ? Lanes(at: target) : .zero
        var source = x.first + channel
        for _ in 0..<extent.rows {
            sum += Lanes(at: source)
            source += x.stride
        }
        sum.store(at: target, first: extent.channels - channel, extent.edge)
        channel += 16
    }
}
