// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Where the taps of a kernel fall on images of one size.
struct TapGeometry {
    let shape: ConvolutionShape
    let inputSize: ImageSize
    let outputSize: ImageSize

    init(_ shape: ConvolutionShape, on inputSize: ImageSize) {
        self.shape = shape
        self.inputSize = inputSize
        outputSize = shape.outputSize(for: inputSize)
    }

    /// Indices, `row · kernelWidth + column`, of all taps.
    var allTaps: Range<Int> { 0..<shape.kernelHeight * shape.kernelWidth }

    /// The taps that fall on the image for some output position.
    var reachableTaps: [Int] {
        let reachable = allTaps.filter { tap in
            (0..<outputSize.height).contains { row in
                (0..<outputSize.width).contains { source(row, $0, tap) != nil }
            }
        }
        // A kernel that sees padding alone still has a chain: one tap of zeros.
        return reachable.isEmpty ? [0] : reachable
    }

    /// The input pixel that each output position reads at each of `taps`, or -1: [position][tap].
    func sources(of taps: [Int]) -> [Int32] {
        (0..<outputSize.height).flatMap { row in
            (0..<outputSize.width).flatMap { column in
                taps.map { tap in source(row, column, tap).map(Int32.init) ?? -1 }
            }
        }
    }

    /// The output position that reads each input pixel at each of `taps`, or -1: [pixel][tap].
    func readers(of taps: [Int]) -> [Int32] {
        var readers = [Int32](repeating: -1, count: inputSize.pixels * taps.count)
        for (index, source) in sources(of: taps).enumerated() where source >= 0 {
            readers[Int(source) * taps.count + index % taps.count] = Int32(index / taps.count)
        }
        return readers
    }

    /// The input pixel that `tap` reads for an output position, or nil outside the image.
    private func source(_ row: Int, _ column: Int, _ tap: Int) -> Int? {
        let y = row * shape.stride + tap / shape.kernelWidth - shape.padding.top
        let x = column * shape.stride + tap % shape.kernelWidth - shape.padding.left
        guard y >= 0, y < inputSize.height, x >= 0, x < inputSize.width else { return nil }
        return y * inputSize.width + x
    }
}
