// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

extension ConvolutionPlan {
    /// Floats of one pixel's products with all taps, in whole half-panels.
    var productStride: Int { (weightColumns + 7) / 8 * 8 }

    /// Images whose products are kept at once: enough rows for full tiles, few enough for the cache.
    var imagesPerGroup: Int { max(1, 192 / inputSize.pixels) }

    /// Floats of working memory that one call needs; calls on different threads need one buffer each.
    public var scratchCount: Int {
        switch route {
        case .direct: ConvolutionBlock.scratchCount
        case .byTaps:
            ConvolutionBlock.scratchCount + imagesPerGroup * inputSize.pixels * productStride + AlignedBuffer.slack
        case .winograd(let tiling): ConvolutionBlock.scratchCount + tiling.scratchCount
        }
    }

    /// The input pixels, whole lines of them, that the output's `lines` read.
    func inputPixels(for lines: Range<Int>) -> Range<Int> {
        let first = min(max(lines.lowerBound - shape.padding.top, 0), inputSize.height - 1)
        let last = lines.upperBound - 1 - shape.padding.top + shape.kernelHeight - 1
        let end = min(max(last, first), inputSize.height - 1) + 1
        return first * inputSize.width..<end * inputSize.width
    }
}

extension KernelSet {
    /// Multiplies the input pixels by the weights of all taps, then adds the products of each output position.
    func convolveByTaps(_ call: ConvolutionCall, _ plan: ConvolutionPlan, _ lines: Range<Int>) {
        let pixels = plan.inputPixels(for: lines)
        let products = call.scratch + ConvolutionBlock.scratchCount
        plan.pixelSources.withUnsafeBufferPointer { pixelSources in
            guard let pixelSources = pixelSources.baseAddress else { return }
            for firstImage in stride(from: 0, to: call.images, by: plan.imagesPerGroup) {
                var sum = call
                sum.images = min(plan.imagesPerGroup, call.images - firstImage)
                sum.input += firstImage * call.inputPixels * call.inputStride
                sum.output += firstImage * call.outputPixels * call.outputStride

                var product = sum
                product.sources = pixelSources
                product.taps = 1
                product.columns = plan.productStride
                product.bias = UnsafePointer(plan.zeros.pointer)
                product.output = products
                product.outputStride = plan.productStride
                product.outputPixels = call.inputPixels
                product.firstPixel = pixels.lowerBound
                product.pixelCount = pixels.count
                product.accumulates = false
                product.rectifies = false
                product.isPointwise = true
                withUnsafePointer(to: product) { entries.convolve($0) }

                let tapSum = TapSumCall(products: products, productStride: plan.productStride, convolution: sum)
                withUnsafePointer(to: tapSum) { entries.sumTaps($0) }
            }
        }
    }
}
