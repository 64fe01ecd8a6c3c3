// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Kernels
import Layers
import Networks

/// A reference model with its golden inputs and outputs, images turned into (images, rows, columns, channels).
struct Golden {
    let checkpoint: Checkpoint
    let configuration: GlowConfiguration
    let labels: [Int]
    private let file: SafetensorsFile

    init(_ name: String) throws {
        checkpoint = try Reference.checkpoint(name)
        guard case .glow(let glow) = checkpoint.metadata.architecture else {
            throw CheckpointError(file: checkpoint.name, "not a glow")
        }
        configuration = glow
        file = try Reference.golden(name)
        labels = try file.integers("y")
    }

    /// A tensor of (images, channels, rows, columns), channels last; any other as it is.
    func values(_ name: String) throws -> [Float] {
        let tensor = try file.tensor(name)
        return tensor.shape.count == 4 ? tensor.transposed([0, 2, 3, 1]).values : tensor.values
    }

    func model(_ instructionSet: InstructionSet? = nil, threads: Int = 2) throws -> Glow {
        try Engines.glow(checkpoint, instructionSet, threads: threads)
    }
}

/// Models ready to run.
enum Engines {
    static let pools = [1: WorkPool(threads: 1), 2: WorkPool(threads: 2)]

    static func glow(_ checkpoint: Checkpoint, _ set: InstructionSet? = nil, threads: Int = 2) throws -> Glow {
        let kernels = KernelSet(try set ?? InstructionSet.choose(override: nil))
        return try Glow(checkpoint, kernels: kernels, pool: pools[threads] ?? WorkPool(threads: threads))
    }
}

/// The largest absolute difference; infinite when the counts differ or a NaN is among them.
func worst(_ left: [Float], _ right: [Float]) -> Float {
    guard left.count == right.count else { return .infinity }
    return zip(left, right).reduce(0) { sum, pair in
        let difference = abs(pair.0 - pair.1)
        return difference.isNaN ? .infinity : max(sum, difference)
    }
}

/// The largest magnitude.
func scale(_ values: [Float]) -> Float {
    values.reduce(0) { max($0, abs($1)) }
}
