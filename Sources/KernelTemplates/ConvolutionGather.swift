// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// The inputs of `count` output rows, `GatheredInput.stride` floats a row: where they lie already so, or a copy.
@inlinable @_transparent
func gathered(_ call: ConvolutionCall, _ row: Int, _ count: Int, _ part: ChainPart) -> UnsafePointer<Float> {
    // Rows of one tap that follow one another without a gap need no table to be found.
    let isDense = call.isPointwise && (call.pixelCount == call.inputPixels || call.images == 1)
    if isDense && call.inputStride == GatheredInput.stride {
        return call.input + (call.firstPixel + row) * GatheredInput.stride + part.start
    }
    gather(call, row, count, part)
    return UnsafePointer(call.scratch)
}

/// Copies the inputs of `count` output rows into the working memory, `GatheredInput.stride` floats a row.
///
/// Whole vectors are copied; what they write beyond a tap's last channel is overwritten by the next tap, or is never
/// read.
@inlinable @_transparent
func gather(_ call: ConvolutionCall, _ row: Int, _ count: Int, _ part: ChainPart) {
    if part.isFirst && part.isLast && call.channels <= 4 {
        gatherTaps(call, row, count, QuarterPanel.self)
    } else if part.isFirst && part.isLast && call.channels <= 16 {
        gatherTaps(call, row, count, OnePanel.self)
    } else {
        gatherPart(call, row, count, part)
    }
}

/// Gathers whole chains of taps that are one vector each.
@inlinable @_transparent
func gatherTaps<Vector: RegisterRow>(_ call: ConvolutionCall, _ row: Int, _ count: Int, _ vector: Vector.Type) {
    var place = OutputPlace(call, row)
    var target = call.scratch
    for _ in 0..<count {
        let image = call.input + place.image * call.inputPixels * call.inputStride
        let sources = call.sources + place.pixel * call.taps
        var tapTarget = target
        for tap in 0..<call.taps {
            // Unchecked arithmetic, so that no branch depends on where the image's border is.
            let pixel = Int(sources[tap])
            let inside = image + pixel &* call.inputStride
            Vector(at: pixel < 0 ? call.zeros : inside, panelStride: 16).store(at: tapTarget)
            tapTarget += call.channels
        }
        target += GatheredInput.stride
        place.advance(call)
    }
}

/// Gathers a part of a chain, which may begin and end inside a tap.
@inlinable @_transparent
func gatherPart(_ call: ConvolutionCall, _ row: Int, _ count: Int, _ part: ChainPart) {
    let firstTap = part.start / call.channels
    let firstChannel = part.start - firstTap * call.channels
    var place = OutputPlace(call, row)
    for index in 0..<count {
        let image = call.input + place.image * call.inputPixels * call.inputStride
        var source = call.sources + place.pixel * call.taps + firstTap
        var target = call.scratch + index * GatheredInput.stride
        var channel = firstChannel
        var remaining = part.count
        while remaining > 0 {
            let pixel = Int(source.pointee)
            let tap = pixel < 0 ? call.zeros : image + pixel * call.inputStride
            let length = min(call.channels - channel, remaining)
            var copied = 0
            repeat {
                Lanes(at: tap + channel + copied).store(at: target + copied)
                copied += 16
            } while copied < length
            target += length
            remaining -= length
            channel = 0
            source += 1
        }
        place.advance(call)
    }
}

/// An output position: its image, and its pixel in the image.
@usableFromInline
struct OutputPlace {
    @usableFromInline var image: Int
    @usableFromInline var pixel: Int

    /// The place of the call's output row `row`.
    @inlinable @_transparent
    init(_ call: ConvolutionCall, _ row: Int) {
        image = row / call.pixelCount
        pixel = call.firstPixel + row - image * call.pixelCount
    }

    /// Moves to the next output row.
    @inlinable @_transparent
    mutating func advance(_ call: ConvolutionCall) {
        pixel += 1
        if pixel == call.firstPixel + call.pixelCount {
            pixel = call.firstPixel
            image += 1
        }
    }
}
