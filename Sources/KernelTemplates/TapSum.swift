// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The second half of a convolution with few outputs.
///
/// The first half multiplied every input pixel by the weights of all taps; this one adds, for each output position, the
/// products its taps point at, in the order of the taps, beginning from the bias.
public struct TapSumCall {
    /// Products of the first image's first input pixel: [tap][column].
    public var products: UnsafePointer<Float>
    /// Floats from one pixel's products to the next.
    public var productStride: Int
    /// The convolution this belongs to; its input and weights are not read.
    public var convolution: ConvolutionCall

    /// Gathers the fields; see each for its meaning.
    public init(products: UnsafePointer<Float>, productStride: Int, convolution: ConvolutionCall) {
        self.products = products
        self.productStride = productStride
        self.convolution = convolution
    }
}

/// Adds the taps of every output position of `call`.
@inlinable @_transparent
public func sumTaps(_ call: UnsafePointer<TapSumCall>) {
    if call.pointee.convolution.columns <= 4 {
        sumTaps(call.pointee, QuarterPanel.self)
    } else if call.pointee.convolution.columns <= 8 {
        sumTaps(call.pointee, HalfPanel.self)
    } else {
        sumTaps(call.pointee, OnePanel.self)
    }
}

/// Adds the taps of every output position of `call`, as many columns at once as `vector` has.
@inlinable @_transparent
func sumTaps<Vector: RegisterRow>(_ call: TapSumCall, _ vector: Vector.Type) {
    let convolution = call.convolution
    for image in 0..<convolution.images {
        let products = call.products + image * convolution.inputPixels * call.productStride
        for pixel in convolution.firstPixel..<convolution.firstPixel + convolution.pixelCount {
            let output = convolution.output + (image * convolution.outputPixels + pixel) * convolution.outputStride
            let sources = convolution.sources + pixel * convolution.taps
            var column = 0
            while column < convolution.columns {
                sumColumns(call, products + column, sources: sources, column: column, output: output + column, vector)
                column += Vector.columns
            }
        }
    }
}

/// Adds the taps of some columns of one output position.
@inlinable @_transparent
func sumColumns<Vector: RegisterRow>(
    _ call: TapSumCall,
    _ products: UnsafePointer<Float>,
    sources: UnsafePointer<Int32>,
    column: Int,
    output: UnsafeMutablePointer<Float>,
    _ vector: Vector.Type
) {
    let convolution = call.convolution
    var sum = Vector(at: convolution.bias + column, panelStride: 16)
    if convolution.accumulates { sum.add(Vector(at: output, panelStride: 16)) }
    for tap in 0..<convolution.taps {
        // Unchecked arithmetic, so that no branch depends on where the image's border is.
        let pixel = Int(sources[tap])
        let product = products + (pixel &* call.productStride &+ tap &* convolution.columns)
        sum.add(Vector(at: pixel < 0 ? convolution.zeros : product, panelStride: 16))
    }
    if convolution.rectifies { sum.rectify() }
    let columns = convolution.columns - column
    if columns >= Vector.columns {
        sum.store(at: output)
    } else {
        // Through memory: storing lane by lane from a register costs more.
        sum.store(at: convolution.scratch)
        for lane in 0..<columns { output[lane] = convolution.scratch[lane] }
    }
}
