// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks

/// One pass over a batch; returns the same numbers per image as the other side's, image after image.
typealias Pass = () throws -> [Float]

/// What a work is prepared from.
struct Setting {
    let kernels: KernelSet
    let pool: WorkPool
    let batch: Int
    /// Path of the weights.
    let weights: String
    /// Path of the images.
    let inputs: String

    /// The first `batch` images of the inputs, flat; their only channel makes every order of axes the same.
    func images() throws -> [Float] {
        let tensor = try SafetensorsFile(contentsOf: inputs).tensor("x")
        let count = tensor.shape.first ?? 0
        guard count >= batch else { throw BenchError.tooFewImages(inputs, has: count, needed: batch) }
        return Array(tensor.values.prefix(batch * tensor.values.count / count))
    }

    /// The labels of those images.
    func labels() throws -> [Int] {
        Array(try SafetensorsFile(contentsOf: inputs).integers("y").prefix(batch))
    }
}

/// The works that are measured, by the names of `pytorch/works.py`.
enum Works {
    static let all: [String: @Sendable (Setting) throws -> Pass] = [
        "glow-forward": glowForward,
        "glow-zeroing": glowZeroing,
        "pixelcnn-forward": pixelCNNForward,
        "resnet-forward": resNetForward,
    ]
}
