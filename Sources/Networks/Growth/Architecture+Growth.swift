// BitSweep
// SPDX-License-Identifier: Apache-2.0

public import Layers

extension CheckpointMetadata.Architecture {
    /// Why a network of these sizes cannot begin with the weights of one of the sizes `start`, each with the size's
    /// key; empty where it can.
    ///
    /// It can where both have the same parameters, and where this one is a wider PixelCNN++ (more filters, more blocks)
    /// or Glow (more hidden channels).
    public func problems(startingFrom start: CheckpointMetadata.Architecture) -> [SizeProblem] {
        switch (self, start) {
        case (.glow(let own), .glow(let start)): own.problems(startingFrom: start)
        case (.pixelcnn(let own), .pixelcnn(let start)): own.problems(startingFrom: start)
        case (.resnet(let own), .resnet(let start)):
            [.difference("classes", own.classes, start.classes), .difference("channels", own.channels, start.channels)]
                .compactMap(\.self)
        default: [SizeProblem.difference("family", configuration.family, start.configuration.family)].compactMap(\.self)
        }
    }

    /// The sizes of `start` that are others here, as in `filters 32, blocks 1`; nil where there are none.
    public func formerSizes(of start: CheckpointMetadata.Architecture) -> String? {
        let (own, former) = (configuration.texts, start.configuration.texts)
        let changed = former.filter { own[$0.key] != $0.value }.sorted { $0.key < $1.key }
        return changed.isEmpty ? nil : changed.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}

extension Checkpoint {
    /// The weights with which a network of `architecture` does what this one does.
    ///
    /// - Parameters:
    ///   - architecture: One without ``CheckpointMetadata/Architecture/problems(startingFrom:)``.
    ///   - seed: Decides which channels are copied where the network is wider than this one, and how.
    /// - Returns: A parameter for each of the architecture's names; this model's own, to the bit, where the sizes are.
    public func parameters(startingAs architecture: CheckpointMetadata.Architecture, seed: UInt64) -> ParameterSet {
        switch (architecture, metadata.architecture) {
        case (.glow(let wide), .glow(let former)) where wide.hiddenChannels > former.hiddenChannels:
            GlowGrowth(from: former, to: wide, seed: seed).parameters(parameters)
        case (.pixelcnn(let wide), .pixelcnn(let former))
        where wide.filters > former.filters || wide.blocks > former.blocks:
            PixelCNNGrowth(from: former, to: wide, seed: seed).parameters(parameters)
        default: parameters
        }
    }
}

extension SizeProblem {
    /// A problem of a value that must be that of the checkpoint; nil for one that is.
    static func difference<Value: Equatable>(_ key: String, _ own: Value, _ start: Value) -> SizeProblem? {
        own == start ? nil : SizeProblem(key, "\(key) is \(own) here and \(start) in the checkpoint to start from")
    }

    /// A problem of a number that must be at least that of the checkpoint; nil for one that is.
    static func shrinkage(_ key: String, _ own: Int, _ start: Int) -> SizeProblem? {
        if own >= start { return nil }
        let problem = "\(key) is \(own) here and \(start) in the checkpoint to start from"
        return SizeProblem(key, "\(problem); a network can grow, not shrink")
    }
}
