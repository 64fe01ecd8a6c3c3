// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels

/// One kernel with the shape of one layer, to be timed on one thread.
struct KernelCase: Sendable {
    /// What one pass amounts to.
    enum Count: Sendable {
        /// Floating-point operations of direct convolution, without the taps that see nothing but padding.
        case operations(Double)
        /// Results of an element-wise function.
        case elements(Double)
    }

    let name: String
    let count: Count
    /// Allocates operands and returns one pass.
    let prepare: @Sendable (KernelSet) -> () -> Void

    static let all: [KernelCase] = glowConvolutions + pixelCNNConvolutions + functions
}

extension KernelCase {
    /// A convolution that keeps the image's size unless `stride` is 2; Winograd's if it `seesLines`.
    static func convolution(
        _ name: String,
        _ shape: ConvolutionShape,
        size: Int,
        images: Int,
        seesLines: Bool = false
    ) -> KernelCase {
        let plan = ConvolutionPlan(shape, on: ImageSize(height: size, width: size), seesLines: seesLines)
        let outputs = images * plan.outputSize.pixels
        return KernelCase(
            name: name,
            count: .operations(2 * Double(outputs * shape.weightCount) * reachableShare(of: shape, size: size)),
            prepare: { kernels in
                let weights = plan.pack((0..<shape.weightCount).map { Float($0 % 17) * 0.01 - 0.08 })
                let input = RowView(images * size * size, shape.inputChannels, value: 0.5)
                let output = RowView(outputs, shape.outputChannels, value: 0)
                let scratch = AlignedBuffer(count: plan.scratchCount)
                return { kernels.convolve(plan, weights, from: input, into: output, scratch: scratch) }
            }
        )
    }
}

extension KernelCase {
    /// The share of a kernel's taps that see the image at some output position: a ninth of a 3×3 kernel's at 1×1.
    private static func reachableShare(of shape: ConvolutionShape, size: Int) -> Double {
        func reachable(_ taps: Int, before: Int, outputs: Int) -> Int {
            (0..<taps).filter { tap in
                (0..<outputs).contains { (0..<size).contains($0 * shape.stride + tap - before) }
            }.count
        }
        let output = shape.outputSize(for: ImageSize(height: size, width: size))
        let rows = reachable(shape.kernelHeight, before: shape.padding.top, outputs: output.height)
        let columns = reachable(shape.kernelWidth, before: shape.padding.left, outputs: output.width)
        return Double(rows * columns) / Double(shape.kernelHeight * shape.kernelWidth)
    }
}

extension RowView {
    /// A view of memory of its own, filled with `value`.
    init(_ rows: Int, _ channels: Int, value: Float) {
        self.init(
            AlignedBuffer([Float](repeating: value, count: rows * channels)),
            rows: rows,
            channels: channels
        )
    }
}
