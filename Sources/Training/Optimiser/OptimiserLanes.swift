// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Sixteen elements of the vectors that an optimiser works on.
typealias OptimiserLanes = SIMD16<Float>

/// Neighbouring elements of the vectors that a step goes over.
struct OptimiserVectors {
    let count: Int
    let weights: UnsafeMutablePointer<Float>
    let gradients: UnsafeMutablePointer<Float>
    /// The two moments, which may be one vector.
    let first: UnsafeMutablePointer<Float>
    let second: UnsafeMutablePointer<Float>

    /// Calls `body` with every sixteen elements, and writes back what it made of all but the gradients.
    ///
    /// Each element is computed by itself: lanes beyond the last one are zeros that nobody sees. Where both moments are
    /// one vector, `body` changes the first only.
    @inline(__always)
    func forEach(_ body: (inout OptimiserLanes, OptimiserLanes, inout OptimiserLanes, inout OptimiserLanes) -> Void) {
        for start in stride(from: 0, to: count, by: 16) {
            let lanes = min(16, count - start)
            var weight = read(weights + start, lanes)
            var moments = (read(first + start, lanes), read(second + start, lanes))
            body(&weight, read(gradients + start, lanes), &moments.0, &moments.1)
            write(moments.1, to: second + start, lanes)
            write(moments.0, to: first + start, lanes)
            write(weight, to: weights + start, lanes)
        }
    }
}

/// The lanes without their signs.
@inline(__always)
func magnitude(_ lanes: OptimiserLanes) -> OptimiserLanes { lanes.replacing(with: -lanes, where: lanes .< 0) }

@inline(__always)
private func read(_ source: UnsafeMutablePointer<Float>, _ count: Int) -> OptimiserLanes {
    if count == 16 { return UnsafeRawPointer(source).loadUnaligned(as: OptimiserLanes.self) }
    var lanes = OptimiserLanes.zero
    for lane in 0..<count { lanes[lane] = source[lane] }
    return lanes
}

@inline(__always)
private func write(_ lanes: OptimiserLanes, to target: UnsafeMutablePointer<Float>, _ count: Int) {
    if count == 16 {
        UnsafeMutableRawPointer(target).storeBytes(of: lanes, as: OptimiserLanes.self)
    } else {
        for lane in 0..<count { target[lane] = lanes[lane] }
    }
}
