// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Testing

private let kernels = KernelSet(.portable)

@Suite struct BatchNormTrainingTests {
    static let (rows, channels) = (13, 5)

    /// Twice as many rows as in a chunk but one, so that two chunks of unequal length make the batch.
    static let chunks = [0..<8, 8..<13]

    /// One batch: x, what y holds beforehand, the gradient of y, weight and bias, all in double precision.
    struct Scene {
        var x: [Double]
        let held: [Double]
        let gradient: [Double]
        /// Weights, then biases.
        var parameters: [Double]

        init() {
            var generator = Draws(state: 5)
            x = (0..<rows * channels).map { Double($0 % channels) + 3 * generator.next() }
            held = (0..<rows * channels).map { _ in generator.next() }
            gradient = (0..<rows * channels).map { _ in generator.next() }
            parameters = (0..<2 * channels).map { _ in 1 + generator.next() }
        }

        /// Σ gradient·y by the definition.
        func objective(accumulating: Bool) -> Double {
            var sum = 0.0
            for channel in 0..<channels {
                let values = (0..<rows).map { x[$0 * channels + channel] }
                let mean = values.reduce(0, +) / Double(rows)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
                for (row, value) in values.enumerated() {
                    let index = row * channels + channel
                    let normalised = (value - mean) / (variance + 1e-5).squareRoot()
                    let moved = parameters[channel] * normalised + parameters[channels + channel]
                    sum += gradient[index] * max(0, moved + (accumulating ? held[index] : 0))
                }
            }
            return sum
        }
    }

    /// A few numbers in −1 ..< 1.
    struct Draws {
        var state: UInt64

        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) * 0x1p-52 - 1
        }
    }

    static func view(_ values: [Double]) -> RowView {
        RowView(AlignedBuffer(values.map { Float($0) }), rows: rows, channels: channels)
    }

    @Test("every gradient is that of central differences in double precision", arguments: [false, true])
    func differences(accumulating: Bool) throws {
        let scene = Scene()
        let found = Self.backward(scene, accumulating: accumulating)
        func slope(_ move: (inout Scene, Double) -> Void) -> Double {
            let objectives = [1e-6, -1e-6].map { step in
                var moved = scene
                move(&moved, step)
                return moved.objective(accumulating: accumulating)
            }
            return (objectives[0] - objectives[1]) / 2e-6
        }
        for index in scene.parameters.indices {
            let truth = slope { $0.parameters[index] += $1 }
            #expect(abs(found.parameters[index] - truth) <= 1e-5 * max(1, abs(truth)))
        }
        for index in scene.x.indices {
            #expect(abs(Double(found.x[index]) - slope { $0.x[index] += $1 }) <= 1e-5)
        }
    }

    @Test("statistics are the batch's, whatever it is cut into")
    func statistics() {
        let scene = Scene()
        let x = Self.view(scene.x)
        let statistics = Self.statistics(x)
        for channel in 0..<Self.channels {
            let values = (0..<Self.rows).map { Double(x.elements[$0 * Self.channels + channel]) }
            let mean = values.reduce(0, +) / Double(Self.rows)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(Self.rows)
            #expect(abs(statistics.mean[channel] - mean) <= 1e-12)
            #expect(abs(statistics.variance[channel] - variance) <= 1e-12)
        }
    }

    @Test("a channel of one value has variance 0 and stays finite, NaN stays in its channel")
    func degenerate() {
        var scene = Scene()
        for row in 0..<Self.rows { scene.x[row * Self.channels] = 1e6 + 1.0 / 3 }
        scene.x[1] = .nan
        let x = Self.view(scene.x)
        let statistics = Self.statistics(x)
        #expect(statistics.variance[0] >= 0 && statistics.variance[0] < 1e-3)
        let y = Self.view(scene.held)
        Self.layer(scene, statistics).forward(y, x, kernels)
        for (index, value) in y.elements.enumerated() { #expect(value.isNaN == (index % Self.channels == 1)) }
    }

    private static func statistics(_ x: RowView) -> BatchStatistics {
        let sums = ChunkSums(chunks: 2, count: 2 * channels)
        for (chunk, rows) in chunks.enumerated() {
            BatchStatistics.sum(x.rows(rows), into: sums, chunk: chunk, kernels)
        }
        return BatchStatistics(sums, chunks: 2)
    }

    private static func layer(_ scene: Scene, _ statistics: BatchStatistics) -> TrainableBatchNorm {
        TrainableBatchNorm(
            weight: 0..<channels,
            bias: channels..<2 * channels,
            of: AlignedBuffer(scene.parameters.map { Float($0) }),
            statistics
        )
    }

    private static func backward(_ scene: Scene, accumulating: Bool) -> (x: [Float], parameters: [Double]) {
        let (x, y, gradient) = (view(scene.x), view(scene.held), view(scene.gradient))
        let layer = layer(scene, statistics(x))
        let sums = ChunkSums(chunks: 2, count: 2 * channels)
        layer.forward(y, x, accumulating: accumulating, kernels)
        for (chunk, rows) in chunks.enumerated() {
            layer.rectify(
                gradient.rows(rows),
                y: y.rows(rows),
                x: x.rows(rows),
                into: sums,
                chunk: chunk,
                kernels
            )
        }
        let parameters = layer.gradient(sums, chunks: 2)
        for rows in chunks { parameters.backward(gradient.rows(rows), x: x.rows(rows), kernels) }
        return (gradient.elements, parameters.weight + parameters.bias)
    }
}
