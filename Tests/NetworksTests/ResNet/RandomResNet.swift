// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Kernels
import Layers
import Networks
import TestSupport
import Vocabulary

/// Classifiers with well-behaved random weights, the same for the same seed on every machine.
enum RandomResNet {
    /// The paper's, oblong with odd sides, and one whose later stages are single pixels.
    static let configurations = [
        ResNetConfiguration(),
        ResNetConfiguration(height: 9, width: 14, channels: 3, classes: 5),
        ResNetConfiguration(height: 1, width: 2, channels: 1, classes: 2),
    ]

    static func checkpoint(_ configuration: ResNetConfiguration, seed: UInt64 = 1) throws -> Checkpoint {
        try Checkpoint(metadata: metadata(configuration), tensors: tensors(configuration, seed: seed), name: "random")
    }

    static func metadata(_ configuration: ResNetConfiguration) -> CheckpointMetadata {
        CheckpointMetadata(architecture: .resnet(configuration), preprocessing: .none, provenance: "random")
    }

    static func tensors(_ configuration: ResNetConfiguration, seed: UInt64 = 1) -> [String: Tensor] {
        var generator = SplitMix64(seed: seed)
        func draw(_ count: Int, _ range: Range<Float>) -> [Float] {
            (0..<count).map { _ in .random(in: range, using: &generator) }
        }
        var tensors: [String: Tensor] = [:]
        for spec in metadata(configuration).parameters {
            let count = spec.shape.reduce(1, *)
            let inputs = Float(spec.shape.dropFirst().reduce(1, *))
            let values =
                switch spec.name {
                case let name where name.hasSuffix("running-variance"): draw(count, 0.3..<2)
                case let name where name.hasSuffix("norm.weight"): draw(count, -0.5..<1.5)
                case _ where spec.shape.count > 1: draw(count, -1..<1).map { $0 * (6 / inputs).squareRoot() }
                default: draw(count, -0.5..<0.5)
                }
            tensors[spec.name] = Tensor(shape: spec.shape, values: values)
        }
        return tensors
    }

    /// Images in [-1, 1), [image][row][column][channel].
    static func images(_ count: Int, _ configuration: ResNetConfiguration) -> [Float] {
        var generator = SplitMix64(seed: 3)
        return (0..<count * configuration.dimensions).map { _ in .random(in: -1..<1, using: &generator) }
    }

    static func model(_ checkpoint: Checkpoint, _ set: InstructionSet? = nil, threads: Int = 2) throws -> ResNet {
        let kernels = KernelSet(try set ?? InstructionSet.choose(override: nil))
        return try ResNet(checkpoint, kernels: kernels, pool: Engines.pools[threads] ?? WorkPool(threads: threads))
    }
}

/// The classifier as its definition reads: one image, double precision, plain loops, nothing folded or packed.
struct NaiveResNet {
    let configuration: ResNetConfiguration
    let parameters: ParameterSet

    func logits(_ image: [Double]) -> [Double] {
        let plane = Plane(image, configuration.height, configuration.width, configuration.channels)
        var x = rectified(normalised(plane, parameters.scope("stem"), stride: 1))
        for stage in 1...3 { x = block(x, parameters.scope("stage.\(stage)"), stride: stage == 1 ? 1 : 2) }
        let head = parameters.scope("head")
        let means = (0..<x.channels).map { channel in
            (0..<x.pixels).reduce(0.0) { $0 + x[$1, channel] } / Double(x.pixels)
        }
        return (0..<configuration.classes).map { label in
            means.indices.reduce(Double(head["bias"].values[label])) {
                $0 + Double(head["weight"].values[label * means.count + $1]) * means[$1]
            }
        }
    }

    private func block(_ x: Plane, _ scope: ParameterSet, stride: Int) -> Plane {
        let hidden = rectified(normalised(x, scope.scope("first"), stride: stride))
        var y = normalised(hidden, scope.scope("second"), stride: 1)
        let way = every(stride, of: x)
        for pixel in 0..<y.pixels {
            for channel in 0..<way.channels { y[pixel, channel] += way[pixel, channel] }
        }
        return rectified(y)
    }

    private func normalised(_ x: Plane, _ scope: ParameterSet, stride: Int) -> Plane {
        // A convolution of stride 2 is every second output of the one of stride 1.
        var y = every(stride, of: x.convolved(scope["weight"]))
        let norm = scope.scope("norm")
        func value(_ name: String, _ channel: Int) -> Double { Double(norm[name].values[channel]) }
        y.map { channel, sum in
            (sum - value("running-mean", channel)) / (value("running-variance", channel) + 1e-5).squareRoot()
                * value("weight", channel) + value("bias", channel)
        }
        return y
    }

    private func rectified(_ x: Plane) -> Plane {
        var y = x
        y.map { max($1, 0) }
        return y
    }

    private func every(_ stride: Int, of x: Plane) -> Plane {
        let rows = Array(Swift.stride(from: 0, to: x.height, by: stride))
        let columns = Array(Swift.stride(from: 0, to: x.width, by: stride))
        let values = rows.flatMap { row in
            columns.flatMap { column in (0..<x.channels).map { x[row * x.width + column, $0] } }
        }
        return Plane(values, rows.count, columns.count, x.channels)
    }
}
