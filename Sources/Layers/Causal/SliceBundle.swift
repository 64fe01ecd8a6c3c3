// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Eight slices of directions whose elements lie side by side in the effective vector, so that one vector holds the
/// same element of all: the numbers of each slice and their order are those of the slice by itself.
struct SliceBundle {
    /// The first of the slices.
    let slice: Int
    /// Elements of a slice.
    let count: Int

    /// The numbers of the slices.
    func numbers(_ values: [Double]) -> SIMD8<Double> { SIMD8(values[slice..<slice + 8]) }

    /// Calls `body` with each element's index in the slices, and its place in the effective vector for the first.
    @inline(__always)
    func forEachElement(_ places: TrainableWeightNorm.Places, _ body: (_ index: Int, _ place: Int) -> Void) {
        let base = places.base + places.first[slice]
        var index = 0
        for second in places.second {
            for tap in places.taps {
                body(index, base + second + tap)
                index += 1
            }
        }
    }

    /// Element `index` of every slice.
    @inline(__always)
    func gather(_ v: UnsafePointer<Float>, _ index: Int) -> SIMD8<Double> {
        let first = v + slice * count + index
        var values = SIMD8<Double>.zero
        for lane in 0..<8 { values[lane] = Double(first[lane * count]) }
        return values
    }

    /// Writes element `index` of every slice.
    @inline(__always)
    func scatter(_ values: SIMD8<Double>, _ v: UnsafeMutablePointer<Float>, _ index: Int) {
        let first = v + slice * count + index
        for lane in 0..<8 { first[lane * count] = Float(values[lane]) }
    }

    /// Eight floats side by side.
    @inline(__always)
    func beside(_ place: UnsafePointer<Float>) -> SIMD8<Double> {
        SIMD8<Double>(UnsafeRawPointer(place).loadUnaligned(as: SIMD8<Float>.self))
    }

    @inline(__always)
    func store(_ values: SIMD8<Double>, beside place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: SIMD8<Float>(values), as: SIMD8<Float>.self)
    }
}
