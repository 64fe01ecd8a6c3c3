// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Vocabulary

extension ModelFacts {
    /// A class-conditional Glow in the paper's configuration.
    static func glow(digestOf content: String) -> ModelFacts {
        ModelFacts(
            family: .glow,
            height: 32,
            width: 32,
            channels: 1,
            levels: 5,
            classes: 10,
            preprocessing: .resize,
            digest: Digest(of: content.utf8)
        )
    }
}

extension DatasetFacts {
    /// The test split of MNIST.
    static let mnist = DatasetFacts(height: 28, width: 28, channels: 1, classes: 10, count: 10_000)
}

extension Sweep {
    /// The problems of a file as `line:column: message`.
    static func problems(of yaml: String, facts: SweepFacts = SweepFacts()) -> [String] {
        do {
            _ = try Sweep(parsing: yaml, file: "Sweeps/x.yaml", facts: facts)
            return []
        } catch {
            return error.diagnostics.map { "\($0.position.line):\($0.position.column): \($0.message)" }
        }
    }
}
