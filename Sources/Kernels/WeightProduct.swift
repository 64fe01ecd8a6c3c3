// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// The product that makes a weight gradient, and the working memory it is made in.
struct WeightProduct {
    private let plan: WeightGradientPlan
    private let gradient: UnsafeMutablePointer<Float>
    private let scratch: UnsafeMutablePointer<Float>
    private let gathered: UnsafeMutablePointer<Float>
    private let product: UnsafeMutablePointer<Float>
    private let entries: KernelTable

    /// A product that is written to, or added to, what lies at `gradient`.
    init(
        _ plan: WeightGradientPlan,
        _ gradient: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>,
        _ entries: KernelTable
    ) {
        self.plan = plan
        self.gradient = gradient
        self.scratch = scratch
        self.entries = entries
        gathered = scratch + ConvolutionBlock.edgeCount
        product = plan.gathered == .outputs ? gathered + plan.gatheredCount : gradient
    }

    /// The gradient that all pixels make.
    func callAsFunction(_ input: RowView, _ outputGradient: RowView, accumulating: Bool) {
        guard plan.gathered != .neither else {
            return multiply(input.pointer, input.stride, input.channels, outputGradient, accumulating: accumulating)
        }
        let isTransposed = plan.gathered == .outputs
        let (source, other) = isTransposed ? (outputGradient, input) : (input, outputGradient)
        for start in stride(from: 0, to: other.rows, by: WeightGradientPlan.depth) {
            let rows = start..<min(start + WeightGradientPlan.depth, other.rows)
            if plan.gatheredChannels <= 4 {
                gather(source, rows, SIMD4<Float>.self)
            } else {
                gather(source, rows, SIMD16<Float>.self)
            }
            let continues = start > 0 || accumulating && !isTransposed
            multiply(gathered, plan.gatheredStride, plan.columns, other.rows(rows), accumulating: continues)
        }
        if isTransposed { transpose(accumulating: accumulating) }
    }

    /// Writes what each of the pixels meets at every tap into a row, a vector at a time.
    ///
    /// What a vector holds beyond the tap's last channel is overwritten by the next tap, or is never read.
    @inline(__always)
    private func gather<Vector: SIMD>(_ view: RowView, _ rows: Range<Int>, _ vector: Vector.Type) {
        plan.sources.withUnsafeBufferPointer { sources in
            var (image, pixel) = rows.lowerBound.quotientAndRemainder(dividingBy: plan.otherPixels)
            for index in 0..<rows.count {
                let first = view.pointer + image * plan.gatheredPixels * view.stride
                var target = gathered + index * plan.gatheredStride
                for tap in 0..<plan.taps {
                    let source = Int(sources[pixel * plan.taps + tap])
                    let row = UnsafeRawPointer(source < 0 ? plan.zeros.pointer : first + source * view.stride)
                    var place = 0
                    repeat {
                        let values = row.loadUnaligned(fromByteOffset: place, as: Vector.self)
                        UnsafeMutableRawPointer(target).storeBytes(of: values, toByteOffset: place, as: Vector.self)
                        place += MemoryLayout<Vector>.size
                    } while place < plan.gatheredChannels * MemoryLayout<Float>.size
                    target += plan.gatheredChannels
                }
                pixel += 1
                if pixel == plan.otherPixels { (image, pixel) = (image + 1, 0) }
            }
        }
    }

    /// Adds the products of the rows of both sides, or begins with them.
    private func multiply(
        _ left: UnsafePointer<Float>,
        _ leftStride: Int,
        _ leftColumns: Int,
        _ right: RowView,
        accumulating: Bool
    ) {
        let call = OuterProductCall(
            left: left,
            leftStride: leftStride,
            leftColumns: leftColumns,
            right: right.pointer,
            rightStride: right.stride,
            rightColumns: right.channels,
            rows: right.rows,
            output: product,
            outputStride: right.channels,
            accumulates: accumulating,
            scratch: scratch
        )
        withUnsafePointer(to: call) { entries.outerProduct($0) }
    }

    /// Writes the product, [tap][output][input], to the gradient, [tap][input][output], or adds it.
    private func transpose(accumulating: Bool) {
        let (outputs, inputs) = (plan.gatheredChannels, plan.otherChannels)
        for tap in 0..<plan.taps {
            let transpose = MatrixTranspose(
                source: product + tap * outputs * inputs,
                rows: outputs,
                columns: inputs,
                stride: inputs,
                targetStride: outputs
            )
            transpose.copy(to: gradient + tap * inputs * outputs, adding: accumulating)
        }
    }
}
