// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Layers
import Networks
import Vocabulary

/// `worker inspect`: what a checkpoint is.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Show what a checkpoint is: network, sizes, preprocessing, provenance, digest.",
        discussion: """
            Examples:
              worker inspect Models/glow-affine-mnist.safetensors
              worker inspect Models/glow-affine-mnist.safetensors --json
            """
    )

    @Argument(help: ArgumentHelp("The checkpoint.", valueName: "CHECKPOINT"))
    var checkpoint: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        try await reportingErrors {
            let description = CheckpointDescription(try Checkpoint(contentsOf: checkpoint))
            if json {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
                try Terminal.output.write(String(decoding: encoder.encode(description), as: UTF8.self) + "\n")
            } else {
                try Terminal.output.write(lines: description.lines)
            }
        }
    }
}

/// What `worker inspect` says.
struct CheckpointDescription: Encodable {
    var file: String
    var digest: String
    var parameters: Int
    var tensors: Int
    var metadata: [String: String]
    var training: TrainingDescription

    init(_ checkpoint: Checkpoint) {
        file = checkpoint.name
        digest = checkpoint.digest.description
        tensors = checkpoint.parameters.tensors.count
        parameters = checkpoint.parameters.tensors.values.reduce(0) { $0 + $1.shape.reduce(1, *) }
        metadata = checkpoint.metadata.texts
        training = TrainingDescription(checkpoint.metadata.history)
    }

    var lines: [String] {
        let facts = [("file", file), ("sha256", digest), ("parameters", "\(parameters) in \(tensors) tensors")]
        let entries = facts + metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let width = entries.map(\.0.count).max() ?? 0
        return entries.map { $0.0 + String(repeating: " ", count: width - $0.0.count + 2) + $0.1 }
    }
}
