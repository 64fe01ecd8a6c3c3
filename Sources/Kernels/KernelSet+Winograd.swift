// BitSweep
// SPDX-License-Identifier: Apache-2.0

import KernelTemplates

/// Some lines of some images whose tiles are multiplied together.
///
/// Tiles are ordered by line, image and place on the line, so that those of the line above lie a constant distance
/// before.
private struct WinogradBlock {
    let images: Range<Int>
    let lines: Range<Int>
    let tiling: WinogradTiling

    /// Tiles of one line of every image.
    var tilesPerLine: Int { images.count * tiling.tiles }
    var outputTiles: Int { lines.count * tilesPerLine }
    var inputTiles: Int { (lines.count + tiling.kernelRows - 1) * tilesPerLine }

    /// Floats from one position of the inputs to the next.
    var positionStride: Int { inputTiles * ConvolutionBlock.rowStride }
    /// Floats from one position of the products to the next.
    var productPositionStride: Int { outputTiles * tiling.productStride }
}

extension KernelSet {
    /// Winograd's convolution, block after block.
    func convolveWinograd(
        _ call: ConvolutionCall,
        _ plan: ConvolutionPlan,
        _ tiling: WinogradTiling,
        _ lines: Range<Int>
    ) {
        let linesTogether = max(1, WinogradTiling.tilesPerBlock / tiling.tiles)
        let imagesTogether = max(1, WinogradTiling.tilesPerBlock / (tiling.tiles * min(lines.count, linesTogether)))
        for image in stride(from: 0, to: call.images, by: imagesTogether) {
            let images = image..<min(image + imagesTogether, call.images)
            for line in stride(from: lines.lowerBound, to: lines.upperBound, by: linesTogether) {
                let lines = line..<min(line + linesTogether, lines.upperBound)
                let block = WinogradBlock(images: images, lines: lines, tiling: tiling)
                transformInputs(call, plan, block)
                multiplyPositions(call, plan, block)
                transformProducts(call, plan, block)
            }
        }
    }

    /// Transforms the lines that the block reads.
    private func transformInputs(_ call: ConvolutionCall, _ plan: ConvolutionPlan, _ block: WinogradBlock) {
        let (size, tiling) = (plan.inputSize, block.tiling)
        let firstLine = block.lines.lowerBound - plan.shape.padding.top
        for line in 0..<block.lines.count + tiling.kernelRows - 1 {
            for image in block.images {
                let isInside = 0..<size.height ~= firstLine + line
                let pixel = image * size.pixels + (isInside ? (firstLine + line) * size.width : 0)
                let tile = line * block.tilesPerLine + (image - block.images.lowerBound) * tiling.tiles
                var start = 0
                while start < tiling.channels {
                    let part = tiling.part(from: start)
                    let input = WinogradInputCall(
                        input: call.input + pixel * call.inputStride + start,
                        inputStride: call.inputStride,
                        channels: part.count,
                        width: isInside ? size.width : 0,
                        left: plan.shape.padding.left,
                        zeros: call.zeros,
                        taps: tiling.taps,
                        tiles: tiling.tiles,
                        target: positions(call, block, part, 0) + tile * ConvolutionBlock.rowStride,
                        positionStride: block.positionStride
                    )
                    withUnsafePointer(to: input) { entries.winogradInput($0) }
                    start = part.upperBound
                }
            }
        }
    }

    /// The first tile's inputs at `position`, of the channels in `part`.
    private func positions(
        _ call: ConvolutionCall,
        _ block: WinogradBlock,
        _ part: Range<Int>,
        _ position: Int
    ) -> UnsafeMutablePointer<Float> {
        let partStride = block.tiling.positions * block.positionStride
        let first = call.scratch + ConvolutionBlock.scratchCount
        return first + part.lowerBound / WinogradTiling.partDepth * partStride + position * block.positionStride
    }

    /// The first tile's products at `position`.
    private func products(
        _ call: ConvolutionCall,
        _ block: WinogradBlock,
        _ position: Int
    ) -> UnsafeMutablePointer<Float> {
        let first = call.scratch + ConvolutionBlock.scratchCount + block.tiling.positionCount
        return first + position * block.productPositionStride
    }

    /// Multiplies the positions by their matrices: chains over the kernel's rows and the channels, beginning from zero.
    private func multiplyPositions(_ call: ConvolutionCall, _ plan: ConvolutionPlan, _ block: WinogradBlock) {
        let tiling = block.tiling
        let panelCount = tiling.productStride / 16
        var product = call
        product.inputStride = ConvolutionBlock.rowStride
        product.inputPixels = block.outputTiles
        product.taps = 1
        product.bias = call.zeros
        product.outputStride = tiling.productStride
        product.outputPixels = block.outputTiles
        product.firstPixel = 0
        product.pixelCount = block.outputTiles
        product.images = 1
        product.rectifies = false
        product.isPointwise = true
        for position in 0..<tiling.positions {
            product.output = products(call, block, position)
            for row in 0..<tiling.kernelRows {
                var start = 0
                while start < tiling.channels {
                    let part = tiling.part(from: start)
                    let weightRow = (position * tiling.kernelRows + row) * tiling.channels + start
                    product.accumulates = row > 0 || start > 0
                    product.channels = part.count
                    product.weights = call.weights + weightRow * panelCount * 16
                    let first = positions(call, block, part, position)
                    product.input = UnsafePointer(first + row * block.tilesPerLine * ConvolutionBlock.rowStride)
                    withUnsafePointer(to: product) { entries.convolve($0) }
                    start = part.upperBound
                }
            }
        }
    }

    /// Transforms the products into the block's outputs.
    private func transformProducts(_ call: ConvolutionCall, _ plan: ConvolutionPlan, _ block: WinogradBlock) {
        let (size, tiling) = (plan.outputSize, block.tiling)
        var tile = 0
        for line in block.lines {
            for image in block.images {
                let pixel = image * size.pixels + line * size.width
                let output = WinogradOutputCall(
                    products: products(call, block, 0) + tile * tiling.productStride,
                    tileStride: tiling.productStride,
                    positionStride: block.productPositionStride,
                    taps: tiling.taps,
                    columns: tiling.columns,
                    bias: call.bias,
                    output: call.output + pixel * call.outputStride,
                    outputStride: call.outputStride,
                    width: size.width,
                    accumulates: call.accumulates,
                    rectifies: call.rectifies,
                    edge: call.scratch
                )
                withUnsafePointer(to: output) { entries.winogradOutput($0) }
                tile += tiling.tiles
            }
        }
    }
}
