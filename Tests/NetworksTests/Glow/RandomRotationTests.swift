// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Testing
import Vocabulary

@testable import Networks

@Suite("random rotations")
struct RandomRotationTests {
    private func convolution(_ size: Int, seed: UInt64) throws -> InvertibleConvolution {
        let rotation = RandomRotation(size: size, RandomStream(seed: seed, purpose: .initialisation, index: 1))
        let tensors = try InvertibleConvolution.parameters(channels: size).map { spec in
            (spec.name, Tensor(shape: spec.shape, values: try #require(rotation.values[spec.name])))
        }
        return try #require(InvertibleConvolution(ParameterSet(Dictionary(uniqueKeysWithValues: tensors))))
    }

    @Test("their columns are orthonormal and keep volumes", arguments: [1, 2, 4, 7, 64], [0, 1] as [UInt64])
    func orthonormal(_ size: Int, _ seed: UInt64) throws {
        let convolution = try convolution(size, seed: seed)
        let product = convolution.matrix.transposed() * convolution.matrix
        for row in 0..<size {
            for column in 0..<size { #expect(abs(product[row, column] - (row == column ? 1 : 0)) < 1e-5) }
        }
        #expect(abs(convolution.logDeterminant) < 1e-5)
    }

    @Test("they mix all channels, and differ with the draw")
    func different() throws {
        let (one, other) = (try convolution(8, seed: 1).matrix, try convolution(8, seed: 2).matrix)
        #expect(one.entries.count { abs($0) > 0.01 } > 55 && one.entries.allSatisfy { abs($0) < 0.999 })
        #expect(one.entries != other.entries)
    }

    @Test("a fresh Glow's 1×1 convolutions are such, one unlike the other")
    func fresh() throws {
        let configuration = GlowConfiguration(height: 8, width: 8, levels: 2, steps: 2, hiddenChannels: 4, classes: 0)
        let fresh = try Checkpoint.initialised(.glow(configuration), preprocessing: .none, seed: 3)
        let matrices = try (1...2).flatMap { level in
            try (1...2).map { step in
                let scope = fresh.parameters.scope(GlowLayout.step(level: level, step: step)).scope("invertible")
                return try #require(InvertibleConvolution(scope)).matrix
            }
        }
        for matrix in matrices {
            let product = matrix * matrix.transposed()
            #expect((0..<matrix.size).allSatisfy { abs(product[$0, $0] - 1) < 1e-5 })
        }
        #expect(Set(matrices.map(\.entries)).count == 4)
        let other = try Checkpoint.initialised(.glow(configuration), preprocessing: .none, seed: 4)
        #expect(other.digest != fresh.digest)
    }
}
