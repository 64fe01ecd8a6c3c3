// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension KernelSet {
    /// The gradient of a convolution's weights, written to `target` or, when `accumulating`, added to what lies there.
    func weightGradient(
        _ plan: WinogradWeightGradient,
        _ input: RowView,
        _ outputGradient: RowView,
        into target: UnsafeMutablePointer<Float>,
        accumulating: Bool,
        _ scratch: AlignedBuffer
    ) {
        let product = WinogradGradientProduct(
            plan,
            input: input,
            outputGradient: outputGradient,
            scratch: scratch.pointer,
            entries: entries
        )
        for (index, block) in plan.blocks(images: input.rows / plan.inputSize.pixels).enumerated() {
            product.add(
                WinogradGradientProduct.Block(images: block.images, lines: block.lines, plan.tiling),
                isFirst: index == 0
            )
        }
        product.transform(to: target, accumulating: accumulating)
        withExtendedLifetime((plan, input, outputGradient, scratch)) {}
    }
}

/// The products of all positions, and the working memory they are made in.
private struct WinogradGradientProduct {
    /// Some lines of some images; tiles are ordered by line, image and place on the line.
    struct Block {
        let images: Range<Int>
        let lines: Range<Int>
        let tilesPerLine: Int

        init(images: Range<Int>, lines: Range<Int>, _ tiling: WinogradTiling) {
            (self.images, self.lines) = (images, lines)
            tilesPerLine = images.count * tiling.tiles
        }

        var count: Int { lines.count * tilesPerLine }
    }

    private let plan: WinogradWeightGradient
    private let tiling: WinogradTiling
    private let input: RowView
    private let outputGradient: RowView
    private let entries: KernelTable
    private let scratch: UnsafeMutablePointer<Float>
    /// [position][tile][channel].
    private let inputs: UnsafeMutablePointer<Float>
    /// [position][tile][channel].
    private let gradients: UnsafeMutablePointer<Float>
    /// [position][kernel row][input channel][output channel].
    private let products: UnsafeMutablePointer<Float>

    init(
        _ plan: WinogradWeightGradient,
        input: RowView,
        outputGradient: RowView,
        scratch: UnsafeMutablePointer<Float>,
        entries: KernelTable
    ) {
        self.plan = plan
        (self.input, self.outputGradient) = (input, outputGradient)
        (self.scratch, self.entries) = (scratch, entries)
        tiling = plan.tiling
        inputs = scratch + ConvolutionBlock.edgeCount
        gradients = inputs + tiling.positions * plan.inputCount
        products = gradients + tiling.positions * plan.gradientCount
    }

    /// Adds the products of a block; the first overwrites them.
    func add(_ block: Block, isFirst: Bool) {
        transformGradients(block)
        for part in tiling.parts {
            transformInputs(block, part)
            for position in 0..<tiling.positions {
                for row in 0..<tiling.kernelRows { multiply(block, part, position, row, isFirst: isFirst) }
            }
        }
    }

    /// Bᵀd: the tiles of the lines that the block reads, of the channels in `part`.
    private func transformInputs(_ block: Block, _ part: Range<Int>) {
        let size = plan.inputSize
        let firstLine = block.lines.lowerBound - plan.shape.padding.top
        var tile = 0
        for line in firstLine..<firstLine + block.lines.count + tiling.kernelRows - 1 {
            for image in block.images {
                let isInside = 0..<size.height ~= line
                let pixel = image * size.pixels + (isInside ? line * size.width : 0)
                let call = WinogradInputCall(
                    input: input.pointer + pixel * input.stride + part.lowerBound,
                    inputStride: input.stride,
                    channels: part.count,
                    width: isInside ? size.width : 0,
                    left: plan.shape.padding.left,
                    zeros: plan.zeros.pointer,
                    taps: tiling.taps,
                    tiles: tiling.tiles,
                    target: inputs + tile * ConvolutionBlock.rowStride,
                    positionStride: plan.inputCount
                )
                withUnsafePointer(to: call) { entries.winogradInput($0) }
                tile += tiling.tiles
            }
        }
    }

    /// Ae: the tiles of the gradient.
    private func transformGradients(_ block: Block) {
        let size = plan.outputSize
        var target = gradients
        for line in block.lines {
            for image in block.images {
                let pixel = image * size.pixels + line * size.width
                let call = WinogradGradientCall(
                    gradient: outputGradient.pointer + pixel * outputGradient.stride,
                    gradientStride: outputGradient.stride,
                    width: size.width,
                    zeros: plan.zeros.pointer,
                    columns: tiling.columns,
                    taps: tiling.taps,
                    target: target,
                    tileStride: plan.gradientStride,
                    positionStride: plan.gradientCount
                )
                withUnsafePointer(to: call) { entries.winogradGradient($0) }
                target += tiling.tiles * plan.gradientStride
            }
        }
    }

    /// Adds the product of a position and a kernel row, whose inputs lie as many lines further down.
    private func multiply(_ block: Block, _ part: Range<Int>, _ position: Int, _ row: Int, isFirst: Bool) {
        let place = ((position * tiling.kernelRows + row) * tiling.channels + part.lowerBound) * tiling.productStride
        let call = OuterProductCall(
            left: inputs + position * plan.inputCount + row * block.tilesPerLine * ConvolutionBlock.rowStride,
            leftStride: ConvolutionBlock.rowStride,
            leftColumns: part.count,
            right: gradients + position * plan.gradientCount,
            rightStride: plan.gradientStride,
            rightColumns: tiling.columns,
            rows: block.count,
            output: products + place,
            outputStride: tiling.productStride,
            accumulates: !isFirst,
            scratch: scratch
        )
        withUnsafePointer(to: call) { entries.outerProduct($0) }
    }

    /// Writes Gᵀ of the products to the gradient, which is ordered [kernel row][tap][input][output], or adds it.
    func transform(to gradient: UnsafeMutablePointer<Float>, accumulating: Bool) {
        let factors = (0..<tiling.taps).flatMap { tap in tiling.filterFactors.map { Float($0[tap]) } }
        factors.withUnsafeBufferPointer { factors in
            guard let factors = factors.baseAddress else { return }
            for row in 0..<tiling.kernelRows {
                for channel in 0..<tiling.channels {
                    let call = WinogradFilterGradientCall(
                        products: products + (row * tiling.channels + channel) * tiling.productStride,
                        positionStride: plan.productCount,
                        factors: factors,
                        positions: tiling.positions,
                        taps: tiling.taps,
                        target: gradient + (row * tiling.taps * tiling.channels + channel) * tiling.columns,
                        tapStride: tiling.channels * tiling.columns,
                        columns: tiling.columns,
                        accumulates: accumulating,
                        edge: scratch
                    )
                    withUnsafePointer(to: call) { entries.winogradFilterGradient($0) }
                }
            }
        }
    }
}
