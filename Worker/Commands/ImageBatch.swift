// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Layers
import Networks

/// Images between a file, which keeps them plane by plane (N×C×H×W), and the engine, which wants channels last.
struct ImageBatch {
    /// Rows of an image.
    let height: Int
    /// Columns of an image.
    let width: Int
    let channels: Int
    /// [N][H][W][C].
    var values: [Float]
    /// One class per image, where the file gives them.
    var labels: [Int]?
    /// Whether the file stores whole numbers.
    let isWhole: Bool
    /// How far a stored 8-bit level of 255 may lie from a whole number.
    let precision: Float

    /// Reads `x` and, where it is there, `y`.
    init(_ file: SafetensorsFile) throws {
        let planes = try file.tensor("x")
        let type = file.entries["x"]?.elementType ?? .float32
        isWhole = type.isInteger
        // Half precision has 11 bits, brain floats have 8: an image of levels is hardly told from one with noise there.
        precision = type == .float16 ? 0.07 : type == .bfloat16 ? 0.5 : 1e-3
        guard planes.shape.count == 4, planes.shape.allSatisfy({ $0 > 0 }) else {
            throw CommandFailure.usage(
                "\(file.name): 'x' has shape \(planes.shape); expected images × channels × rows × columns"
            )
        }
        (channels, height, width) = (planes.shape[1], planes.shape[2], planes.shape[3])
        values = planes.transposed([0, 2, 3, 1]).values
        labels = file.entries["y"] == nil ? nil : try file.integers("y")
    }

    /// Images, or latents, of one extent.
    init(_ extent: ImageExtent, values: [Float]) {
        (height, width, channels) = (extent.height, extent.width, extent.channels)
        self.values = values
        labels = nil
        isWhole = false
        precision = 0
    }

    /// N×C×H×W.
    var planes: Tensor {
        let count = values.count / (height * width * channels)
        return Tensor(shape: [count, height, width, channels], values: values).transposed([0, 3, 1, 2])
    }
}

extension SafetensorsWriter {
    /// Adds a tensor of one dimension.
    mutating func add(_ name: String, vector: [Float]) {
        add(name, Tensor(shape: [vector.count], values: vector))
    }
}
