// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension KernelSet {
    /// Adds Σ a of every channel over all rows, and Σ a·b, to what `sums` and `products` hold, in the order of the
    /// rows.
    ///
    /// Products are exact; sums round in double precision.
    ///
    /// - Parameters:
    ///   - a: The first view.
    ///   - b: One of the same shape; may be the first itself.
    ///   - sums: As many numbers as there are channels.
    ///   - products: As many.
    public func sumProducts(
        _ a: RowView,
        _ b: RowView,
        _ sums: UnsafeMutablePointer<Double>,
        _ products: UnsafeMutablePointer<Double>
    ) {
        precondition(a.hasShape(of: b), "the views differ in shape")
        Strips.withBuffers { edge, _, _, _ in
            entries.sumProducts(a.kernelRows, b.kernelRows, sums, products, a.extent(edge: edge))
        }
        withExtendedLifetime((a, b)) {}
    }

    /// y = max(0, x·scale + offset), or max(0, y + (x·scale + offset)) when `accumulating`.
    ///
    /// - Parameters:
    ///   - y: (…, C), written.
    ///   - x: A view of the same shape.
    ///   - scale: A number per channel.
    ///   - offset: Another.
    ///   - accumulating: Whether y is added to.
    public func normalise(
        _ y: RowView,
        _ x: RowView,
        scale: AlignedBuffer,
        offset: AlignedBuffer,
        accumulating: Bool
    ) {
        precondition(x.hasShape(of: y), "the views differ in shape")
        precondition(scale.count == y.channels && offset.count == y.channels, "not a number per channel")
        Strips.withBuffers { edge, _, _, _ in
            let extent = y.extent(edge: edge)
            entries.normalise(y.kernelRows, x.kernelRows, scale.pointer, offset.pointer, accumulating, extent)
        }
        withExtendedLifetime((y, x, scale, offset)) {}
    }

    /// dx = dx·own + (x·ofInput + constant), in place.
    ///
    /// - Parameters:
    ///   - dx: (…, C), overwritten.
    ///   - x: A view of the same shape.
    ///   - own: A number per channel.
    ///   - ofInput: Another.
    ///   - constant: Another.
    public func normaliseBackward(
        _ dx: RowView,
        _ x: RowView,
        own: AlignedBuffer,
        ofInput: AlignedBuffer,
        constant: AlignedBuffer
    ) {
        precondition(x.hasShape(of: dx), "the views differ in shape")
        precondition([own, ofInput, constant].allSatisfy { $0.count == dx.channels }, "not a number per channel")
        Strips.withBuffers { edge, _, _, _ in
            let (rows, extent) = ((dx.kernelRows, x.kernelRows), dx.extent(edge: edge))
            entries.normaliseBackward(rows.0, rows.1, own.pointer, ofInput.pointer, constant.pointer, extent)
        }
        withExtendedLifetime((dx, x, own, ofInput, constant)) {}
    }
}
