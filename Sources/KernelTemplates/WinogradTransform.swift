// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Transforms one line of inputs.
@inlinable @_transparent
public func winogradInput(_ call: UnsafePointer<WinogradInputCall>) {
    let call = call.pointee
    for tile in 0..<call.tiles {
        let first = tile * Winograd.outputs - call.left
        let target = call.target + tile * GatheredInput.stride
        // The inputs of the points other than 0: all of a tile for two taps, those behind its first for three.
        let inner = first + call.taps - 2
        let pixels = (
            pixel(call, inner), pixel(call, inner + 1), pixel(call, inner + 2), pixel(call, inner + 3),
            pixel(call, inner + 4)
        )
        if call.taps == 2 {
            for channel in stride(from: 0, to: call.channels, by: 16) {
                let values = WinogradInputs(pixels, channel: channel)
                values.storePositions(at: target + channel, call.positionStride)
            }
        } else {
            let begin = pixel(call, first)
            for channel in stride(from: 0, to: call.channels, by: 16) {
                let values = WinogradInputs(pixels, channel: channel)
                values.zeroPosition(Lanes(at: begin + channel)).store(at: target + channel)
                values.storePositions(at: target + call.positionStride + channel, call.positionStride)
            }
        }
    }
}

/// A pixel of the line, or zeros beside it.
@inlinable @_transparent
func pixel(_ call: WinogradInputCall, _ index: Int) -> UnsafePointer<Float> {
    index >= 0 && index < call.width ? call.input + index * call.inputStride : call.zeros
}

/// Sixteen channels of the five pixels that the points other than 0 see.
@usableFromInline
struct WinogradInputs {
    @usableFromInline typealias Pixel = UnsafePointer<Float>
    @usableFromInline typealias Pixels = (Pixel, Pixel, Pixel, Pixel, Pixel)

    @usableFromInline let d0: Lanes
    @usableFromInline let d1: Lanes
    @usableFromInline let d2: Lanes
    @usableFromInline let d3: Lanes
    @usableFromInline let d4: Lanes

    @inlinable @_transparent
    init(
        _ pixels: Pixels,
        channel: Int
    ) {
        d0 = Lanes(at: pixels.0 + channel)
        d1 = Lanes(at: pixels.1 + channel)
        d2 = Lanes(at: pixels.2 + channel)
        d3 = Lanes(at: pixels.3 + channel)
        d4 = Lanes(at: pixels.4 + channel)
    }

    /// The value at 0, where `first` is the pixel before the five.
    @inlinable @_transparent
    func zeroPosition(_ first: Lanes) -> Lanes { Self.remainder(first, d1, d3) }

    /// Writes the values at a, −a, b, −b and ∞, `stride` floats apart.
    @inlinable @_transparent
    func storePositions(at target: UnsafeMutablePointer<Float>, _ stride: Int) {
        let near = Lanes(repeating: Winograd.nearPoint)
        let far = Lanes(repeating: Winograd.farPoint)
        let (nearEven, nearOdd) = (d3.adding(d1, times: -far * far), d2.adding(d0, times: -far * far))
        let (farEven, farOdd) = (d3.adding(d1, times: -near * near), d2.adding(d0, times: -near * near))
        nearEven.adding(nearOdd, times: near).store(at: target)
        nearEven.adding(nearOdd, times: -near).store(at: target + stride)
        farEven.adding(farOdd, times: far).store(at: target + 2 * stride)
        farEven.adding(farOdd, times: -far).store(at: target + 3 * stride)
        Self.remainder(d0, d2, d4).store(at: target + 4 * stride)
    }

    /// `x4 − (a² + b²)·x2 + a²b²·x0`.
    @inlinable @_transparent
    static func remainder(_ x0: Lanes, _ x2: Lanes, _ x4: Lanes) -> Lanes {
        let near = Lanes(repeating: Winograd.nearPoint * Winograd.nearPoint)
        let far = Lanes(repeating: Winograd.farPoint * Winograd.farPoint)
        return x4.adding(x2, times: -(near + far)).adding(x0, times: near * far)
    }
}

/// Transforms the products of one line's tiles into outputs.
@inlinable @_transparent
public func winogradOutput(_ call: UnsafePointer<WinogradOutputCall>) {
    let call = call.pointee
    var (tile, pixel) = (call.products, 0)
    while pixel < call.width {
        let output = call.output + pixel * call.outputStride
        for column in stride(from: 0, to: call.columns, by: 16) {
            let place = OutputVector(call, column)
            let values = WinogradProducts(call, tile + column)
            place.write(values.first, output + column)
            if pixel + 1 < call.width { place.write(values.second, output + column + call.outputStride) }
            if pixel + 2 < call.width { place.write(values.third, output + column + 2 * call.outputStride) }
            if pixel + 3 < call.width { place.write(values.fourth, output + column + 3 * call.outputStride) }
        }
        tile += call.tileStride
        pixel += Winograd.outputs
    }
}

/// Sixteen columns of a tile's products, paired by the points' signs.
@usableFromInline
struct WinogradProducts {
    /// The product at 0, or zeros.
    @usableFromInline let zero: Lanes
    @usableFromInline let nearSum: Lanes
    @usableFromInline let nearDifference: Lanes
    @usableFromInline let farSum: Lanes
    @usableFromInline let farDifference: Lanes
    /// The product at ∞.
    @usableFromInline let infinite: Lanes

    @inlinable @_transparent
    init(_ call: WinogradOutputCall, _ products: UnsafePointer<Float>) {
        let step = call.positionStride
        let points = call.taps == 2 ? products : products + step
        zero = call.taps == 2 ? Lanes(repeating: 0) : Lanes(at: products)
        let (near, far) = (Lanes(at: points), Lanes(at: points + 2 * step))
        let (nearMirror, farMirror) = (Lanes(at: points + step), Lanes(at: points + 3 * step))
        nearSum = near + nearMirror
        nearDifference = near - nearMirror
        farSum = far + farMirror
        farDifference = far - farMirror
        infinite = Lanes(at: points + 4 * step)
    }

    @inlinable @_transparent
    var first: Lanes { zero + nearSum + farSum }

    @inlinable @_transparent
    var second: Lanes { weighted(nearDifference, farDifference, Winograd.nearPoint, Winograd.farPoint) }

    @inlinable @_transparent
    var third: Lanes {
        let (near, far) = (Winograd.nearPoint, Winograd.farPoint)
        return weighted(nearSum, farSum, near * near, far * far)
    }

    @inlinable @_transparent
    var fourth: Lanes {
        let (near, far) = (Winograd.nearPoint, Winograd.farPoint)
        return infinite + weighted(nearDifference, farDifference, near * near * near, far * far * far)
    }

    @inlinable @_transparent
    func weighted(_ x: Lanes, _ y: Lanes, _ a: Float, _ b: Float) -> Lanes {
        (x * Lanes(repeating: a)).adding(y, times: Lanes(repeating: b))
    }
}

/// Where and how sixteen columns of outputs are written.
@usableFromInline
struct OutputVector {
    @usableFromInline let call: WinogradOutputCall
    @usableFromInline let bias: Lanes
    @usableFromInline let count: Int

    @inlinable @_transparent
    init(_ call: WinogradOutputCall, _ column: Int) {
        self.call = call
        bias = Lanes(at: call.bias + column)
        count = call.columns - column
    }

    @inlinable @_transparent
    func write(_ values: Lanes, _ target: UnsafeMutablePointer<Float>) {
        var sum = values + bias
        if call.accumulates { sum += Lanes(at: target) }
        if call.rectifies { sum = sum.rectified }
        sum.store(at: target, first: count, call.edge)
    }
}
