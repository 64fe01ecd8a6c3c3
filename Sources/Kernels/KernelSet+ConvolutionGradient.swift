// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension KernelSet {
    /// The gradient of a convolution's input from that of its output.
    ///
    /// Each element depends on its own image alone.
    ///
    /// - Parameters:
    ///   - gradient: The geometry.
    ///   - weights: The convolution's weights, packed by `gradient`.
    ///   - outputGradient: `images · outputSize.pixels` rows of the output's channels.
    ///   - inputGradient: `images · inputSize.pixels` rows of the input's channels, written.
    ///   - accumulating: Whether the result is added to what `inputGradient` holds.
    ///   - scratch: At least `gradient.scratchCount` floats, used by no other thread during the call.
    public func backpropagate(
        _ gradient: ConvolutionGradient,
        _ weights: PackedWeights,
        from outputGradient: RowView,
        into inputGradient: RowView,
        accumulating: Bool = false,
        scratch: AlignedBuffer
    ) {
        guard gradient.shape.stride > 1 else {
            return convolve(
                gradient.transposed,
                weights,
                from: outputGradient,
                into: inputGradient,
                accumulating: accumulating,
                scratch: scratch
            )
        }
        let (pixels, inputPixels) = (gradient.outputSize.pixels, gradient.inputSize.pixels)
        let spread = RowView(
            scratch,
            offset: gradient.transposed.scratchCount,
            rows: gradient.transposed.inputSize.pixels,
            channels: gradient.shape.outputChannels
        )
        spread.pointer.update(repeating: 0, count: gradient.spreadCount)
        for image in 0..<outputGradient.rows / pixels {
            Self.spread(outputGradient.rows(image * pixels..<(image + 1) * pixels), into: spread, gradient)
            convolve(
                gradient.transposed,
                weights,
                from: spread,
                into: inputGradient.rows(image * inputPixels..<(image + 1) * inputPixels),
                accumulating: accumulating,
                scratch: scratch
            )
        }
    }

    /// Copies one image's pixels to every `stride`-th row and column of a larger one.
    private static func spread(_ source: RowView, into target: RowView, _ gradient: ConvolutionGradient) {
        let (width, stride) = (gradient.outputSize.width, gradient.shape.stride)
        for pixel in 0..<source.rows {
            let row = pixel / width * stride * gradient.transposed.inputSize.width + pixel % width * stride
            let place = target.pointer + row * target.stride
            place.update(from: source.pointer + pixel * source.stride, count: source.channels)
        }
    }

    /// Adds the gradient of a convolution's weights, Σ input ⊗ output's gradient, to what `buffer` holds.
    ///
    /// Every element is one chain of fused multiply-adds over the pixels in order, in blocks; where the shape has it so, the
    /// chain begins from zero and is added to the buffer at its end.
    ///
    /// - Parameters:
    ///   - gradient: The geometry.
    ///   - input: What the convolution read.
    ///   - outputGradient: The gradient of what it wrote.
    ///   - buffer: Holds the weights' gradient, [kernel row][kernel column][input][output], from `offset` on.
    ///   - offset: Where it begins.
    ///   - scratch: At least `gradient.scratchCount` floats, used by no other thread during the call.
    public func accumulateWeightGradient(
        _ gradient: ConvolutionGradient,
        input: RowView,
        outputGradient: RowView,
        into buffer: AlignedBuffer,
        at offset: Int,
        scratch: AlignedBuffer
    ) {
        let plan = gradient.weights
        precondition(
            offset >= 0 && offset + gradient.shape.weightCount <= buffer.count,
            "the gradient leaves its buffer"
        )
        precondition(scratch.count >= plan.scratchCount, "scratch of \(scratch.count) floats is too small")
        precondition(input.channels == gradient.shape.inputChannels, "the input has other channels than the plan")
        precondition(outputGradient.channels == gradient.shape.outputChannels, "the gradient has other channels")
        let images = input.rows / gradient.inputSize.pixels
        precondition(input.rows == images * gradient.inputSize.pixels, "the input is no whole number of images")
        precondition(outputGradient.rows == images * gradient.outputSize.pixels, "input and gradient differ in images")
        if let tiles = plan.tiles, tiles.suits(images: images) {
            return accumulateWeightGradient(tiles, input, outputGradient, buffer.pointer + offset, scratch)
        }
        let (turned, gathered) = plan.rows == .inputs ? (input, outputGradient) : (outputGradient, input)
        let product = WeightProduct(plan, buffer.pointer + offset, scratch.pointer)
        for start in stride(from: 0, to: turned.rows, by: WeightGradientPlan.depth) {
            let rows = start..<min(start + WeightGradientPlan.depth, turned.rows)
            product.turn(turned, rows)
            product.gather(gathered, rows)
            product.multiply(rows.count, isFirst: start == 0, entries)
        }
        if !plan.isPointwise && turned.rows > 0 { product.addTo(buffer.pointer + offset) }
        withExtendedLifetime((plan, input, outputGradient, buffer, scratch)) {}
    }

    /// Adds to each element of `buffer`, from `offset` on, the sum of a channel of `view` over its rows, in order.
    public func accumulateColumnSums(_ view: RowView, into buffer: AlignedBuffer, at offset: Int) {
        precondition(offset >= 0 && offset + view.channels <= buffer.count, "the sums leave their buffer")
        let target = buffer.pointer + offset
        for channel in stride(from: 0, to: view.channels & ~15, by: 16) {
            var sum = UnsafeRawPointer(target + channel).loadUnaligned(as: SIMD16<Float>.self)
            var source = view.pointer + channel
            for _ in 0..<view.rows {
                sum += UnsafeRawPointer(source).loadUnaligned(as: SIMD16<Float>.self)
                source += view.stride
            }
            UnsafeMutableRawPointer(target + channel).storeBytes(of: sum, as: SIMD16<Float>.self)
        }
        for channel in view.channels & ~15..<view.channels {
            var sum = target[channel]
            for row in 0..<view.rows { sum += view.pointer[row * view.stride + channel] }
            target[channel] = sum
        }
        withExtendedLifetime((view, buffer)) {}
    }
}

/// The product that makes a weight gradient, and the working memory it is made in.
private struct WeightProduct {
    private let plan: WeightGradientPlan
    private let scratch: UnsafeMutablePointer<Float>
    private let turned: UnsafeMutablePointer<Float>
    private let panels: UnsafeMutablePointer<Float>
    private let product: UnsafeMutablePointer<Float>

    init(_ plan: WeightGradientPlan, _ gradient: UnsafeMutablePointer<Float>, _ scratch: UnsafeMutablePointer<Float>) {
        self.plan = plan
        self.scratch = scratch
        turned = scratch + ConvolutionBlock.scratchCount
        panels = turned + plan.turnedCount
        product = plan.isPointwise ? gradient : panels + plan.panelsCount
    }

    /// Writes the block's rows of `view` as columns.
    func turn(_ view: RowView, _ rows: Range<Int>) {
        MatrixTurn.copy(
            from: view.pointer + rows.lowerBound * view.stride,
            rows: rows.count,
            columns: plan.turned,
            stride: view.stride,
            to: turned,
            targetStride: ConvolutionBlock.rowStride
        )
    }

    /// Writes what the block's pixels meet at every tap into panels of sixteen columns, [panel][pixel][16].
    func gather(_ view: RowView, _ rows: Range<Int>) {
        guard plan.gathered % 16 != 0 else { return gatherVectors(view, rows) }
        let depth = rows.count * 16
        plan.sources.withUnsafeBufferPointer { sources in
            var (image, pixel) = rows.lowerBound.quotientAndRemainder(dividingBy: plan.turnedPixels)
            for index in 0..<rows.count {
                let images = view.pointer + image * plan.gatheredPixels * view.stride
                for tap in 0..<plan.taps {
                    let source = Int(sources[pixel * plan.taps + tap])
                    let row =
                        source < 0 ? UnsafePointer(plan.zeros.pointer) : UnsafePointer(images + source * view.stride)
                    copy(row, column: tap * plan.gathered, to: panels + index * 16, depth)
                }
                pixel += 1
                if pixel == plan.turnedPixels { (image, pixel) = (image + 1, 0) }
            }
        }
    }

    /// As ``gather(_:_:)``, where a panel holds channels of one tap.
    ///
    /// Sixteen channels of all pixels at a time stay in the first-level cache for all taps; the same place of all panels at
    /// once would fall into few sets of it.
    private func gatherVectors(_ view: RowView, _ rows: Range<Int>) {
        plan.sources.withUnsafeBufferPointer { sources in
            for column in stride(from: 0, to: plan.gathered, by: 16) {
                for tap in 0..<plan.taps {
                    var target = UnsafeMutableRawPointer(panels + (tap * plan.gathered + column) * rows.count)
                    var (image, pixel) = rows.lowerBound.quotientAndRemainder(dividingBy: plan.turnedPixels)
                    var images = view.pointer + image * plan.gatheredPixels * view.stride + column
                    for _ in rows {
                        let source = Int(sources[pixel * plan.taps + tap])
                        let row = UnsafeRawPointer(source < 0 ? plan.zeros.pointer : images + source * view.stride)
                        target.storeBytes(of: row.loadUnaligned(as: SIMD16<Float>.self), as: SIMD16<Float>.self)
                        target += MemoryLayout<SIMD16<Float>>.stride
                        pixel += 1
                        if pixel == plan.turnedPixels {
                            (image, pixel) = (image + 1, 0)
                            images += plan.gatheredPixels * view.stride
                        }
                    }
                }
            }
        }
    }

    /// Copies a row into the panels from `column` on.
    @inline(__always)
    private func copy(
        _ row: UnsafePointer<Float>,
        column: Int,
        to target: UnsafeMutablePointer<Float>,
        _ depth: Int
    ) {
        var (done, place) = (0, column)
        while done < plan.gathered {
            let lane = place & 15
            let count = min(16 - lane, plan.gathered - done)
            let panel = target + (place >> 4) * depth + lane
            if count == 16 {
                UnsafeMutableRawPointer(panel)
                    .storeBytes(
                        of: UnsafeRawPointer(row + done).loadUnaligned(as: SIMD16<Float>.self),
                        as: SIMD16<Float>.self
                    )
            } else {
                for index in 0..<count { panel[index] = row[done + index] }
            }
            done += count
            place += count
        }
    }

    /// Adds the block's products; the first block begins from zero where the product is not the gradient itself.
    func multiply(_ depth: Int, isFirst: Bool, _ entries: KernelTable) {
        plan.sources.withUnsafeBufferPointer { sources in
            guard let sources = sources.baseAddress else { return }
            let call = ConvolutionCall(
                input: UnsafePointer(turned),
                inputStride: ConvolutionBlock.rowStride,
                inputPixels: plan.turned,
                channels: depth,
                sources: sources,
                taps: 1,
                zeros: plan.zeros.pointer,
                weights: UnsafePointer(panels),
                columns: plan.columns,
                bias: UnsafePointer(plan.zeros.pointer),
                output: product,
                outputStride: plan.columns,
                outputPixels: plan.turned,
                firstPixel: 0,
                pixelCount: plan.turned,
                images: 1,
                accumulates: plan.isPointwise || !isFirst,
                rectifies: false,
                isPointwise: true,
                scratch: scratch
            )
            withUnsafePointer(to: call) { entries.convolve($0) }
        }
    }

    /// Adds the product to the gradient, which is ordered [tap][input][output].
    func addTo(_ gradient: UnsafeMutablePointer<Float>) {
        for row in 0..<plan.turned {
            let source = product + row * plan.columns
            for tap in 0..<plan.taps {
                let values = source + tap * plan.gathered
                switch plan.rows {
                case .inputs:
                    let target = gradient + (tap * plan.turned + row) * plan.gathered
                    for column in 0..<plan.gathered { target[column] += values[column] }
                case .outputs:
                    let target = gradient + tap * plan.turned * plan.gathered + row
                    for column in 0..<plan.gathered { target[column * plan.turned] += values[column] }
                }
            }
        }
    }
}
