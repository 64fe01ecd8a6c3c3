// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Rows of neighbouring floats that a kernel reads or writes where they are.
public struct KernelRows {
    /// First float of the first row.
    public var first: UnsafeMutablePointer<Float>
    /// Floats from one row to the next.
    public var stride: Int

    /// Gathers the fields; see each for its meaning.
    public init(first: UnsafeMutablePointer<Float>, stride: Int) {
        self.first = first
        self.stride = stride
    }
}

/// How many rows a kernel works on, and how long they are.
public struct KernelExtent {
    /// Number of rows.
    public var rows: Int
    /// Floats in each row.
    public var channels: Int
    /// Sixteen floats for the vector that ends a row.
    public var edge: UnsafeMutablePointer<Float>

    /// Gathers the fields; see each for its meaning.
    public init(rows: Int, channels: Int, edge: UnsafeMutablePointer<Float>) {
        self.rows = rows
        self.channels = channels
        self.edge = edge
    }
}

extension Lanes {
    /// Writes the lanes, at most the first `count` of them.
    @inlinable @_transparent
    func store(at address: UnsafeMutablePointer<Float>, first count: Int, _ edge: UnsafeMutablePointer<Float>) {
        if count >= 16 {
            store(at: address)
        } else {
            // Through memory: storing lane by lane from a register costs more.
            store(at: edge)
            for lane in 0..<count { address[lane] = edge[lane] }
        }
    }
}

/// `output = x + p · sigmoid(q)`: the gate of a PixelCNN++ block.
@inlinable @_transparent
public func gateBody(_ x: KernelRows, _ p: KernelRows, _ q: KernelRows, output: KernelRows, extent: KernelExtent) {
    for row in 0..<extent.rows {
        let (x, p, q) = (x.first + row * x.stride, p.first + row * p.stride, q.first + row * q.stride)
        let target = output.first + row * output.stride
        for channel in stride(from: 0, to: extent.channels, by: 16) {
            let open = sigmoid(Lanes(at: q + channel))
            let sum = Lanes(at: x + channel).adding(Lanes(at: p + channel), times: open)
            sum.store(at: target + channel, first: extent.channels - channel, extent.edge)
        }
    }
}

/// `output = [elu(x), elu(−x)]`: both halves of a row from one exponential.
@inlinable @_transparent
public func concatenatedELUBody(_ x: KernelRows, _ output: KernelRows, _ extent: KernelExtent) {
    for row in 0..<extent.rows {
        let source = x.first + row * x.stride
        let upper = output.first + row * output.stride
        let lower = upper + extent.channels
        for channel in stride(from: 0, to: extent.channels, by: 16) {
            let x = Lanes(at: source + channel)
            let exponential = exponentialMinusOne(nonPositive: -x.magnitudes)
            let count = extent.channels - channel
            exponential.replacing(with: x, where: x .> 0).store(at: upper + channel, first: count, extent.edge)
            exponential.replacing(with: -x, where: x .< 0).store(at: lower + channel, first: count, extent.edge)
        }
    }
}
