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
        let (width, pixels) = (plan.outputSize.width, plan.outputSize.pixels)
        var target = gradients
        for line in block.lines {
            for image in block.images {
                for first in stride(from: 0, to: width, by: Winograd.outputs) {
                    func row(_ index: Int) -> UnsafePointer<Float> {
                        guard first + index < width else { return UnsafePointer(plan.zeros.pointer) }
                        let pixel = image * pixels + line * width + first + index
                        return UnsafePointer(outputGradient.pointer + pixel * outputGradient.stride)
                    }
                    transform((row(0), row(1), row(2), row(3)), to: target)
                    target += plan.gradientStride
                }
            }
        }
    }

    /// One tile of the gradient: the values of its polynomial at the points.
    private func transform(
        _ rows: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>),
        to target: UnsafeMutablePointer<Float>
    ) {
        let (a, b) = (Winograd.nearPoint, Winograd.farPoint)
        for column in stride(from: 0, to: tiling.columns, by: 16) {
            func vector(_ row: UnsafePointer<Float>) -> SIMD16<Float> {
                UnsafeRawPointer(row + column).loadUnaligned(as: SIMD16<Float>.self)
            }
            let (e0, e1, e2, e3) = (vector(rows.0), vector(rows.1), vector(rows.2), vector(rows.3))
            var place = target + column
            func store(_ values: SIMD16<Float>) {
                UnsafeMutableRawPointer(place).storeBytes(of: values, as: SIMD16<Float>.self)
                place += plan.gradientCount
            }
            if tiling.taps == 3 { store(e0) }
            for point in [a, b] {
                let (even, odd) = (e0 + e2 * (point * point), e1 * point + e3 * (point * point * point))
                store(even + odd)
                store(even - odd)
            }
            store(e3)
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
        let factors = (0..<tiling.taps).map { tap in tiling.filterFactors.map { Float($0[tap]) } }
        for row in 0..<tiling.kernelRows {
            for channel in 0..<tiling.channels {
                let source = products + (row * tiling.channels + channel) * tiling.productStride
                for (tap, factors) in factors.enumerated() {
                    let target = gradient + ((row * tiling.taps + tap) * tiling.channels + channel) * tiling.columns
                    sum(source, factors, to: target, accumulating: accumulating)
                }
            }
        }
    }

    /// A row's sum over the positions, each times its factor.
    private func sum(
        _ source: UnsafePointer<Float>,
        _ factors: [Float],
        to target: UnsafeMutablePointer<Float>,
        accumulating: Bool
    ) {
        let whole = tiling.columns & ~15
        for column in stride(from: 0, to: whole, by: 16) {
            let place = UnsafeMutableRawPointer(target + column)
            var sum = SIMD16<Float>.zero
            for (position, factor) in factors.enumerated() {
                let product = UnsafeRawPointer(source + position * plan.productCount + column)
                sum += product.loadUnaligned(as: SIMD16<Float>.self) * factor
            }
            if accumulating { sum += place.loadUnaligned(as: SIMD16<Float>.self) }
            place.storeBytes(of: sum, as: SIMD16<Float>.self)
        }
        for column in whole..<tiling.columns {
            var sum: Float = 0
            for (position, factor) in factors.enumerated() {
                sum += source[position * plan.productCount + column] * factor
            }
            target[column] = accumulating ? target[column] + sum : sum
        }
    }
}
