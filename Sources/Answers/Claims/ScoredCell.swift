// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Statistics
import Vocabulary

/// What kind of model made a cell, as its columns tell.
struct ModelTraits: Hashable, Sendable {
    /// The kind.
    enum Kind: Hashable, Sendable {
        case affineGlow, additiveGlow, pixelcnn, classifier, other
    }

    let kind: Kind
    /// Numbers of an image; nil where the likelihoods do not say.
    let dimensions: Int?

    /// Reads the traits from an untransformed cell.
    init(_ columns: CellColumns) {
        dimensions = LikelihoodTerms.dimensions(of: columns)
        if columns["correct"] != nil {
            kind = .classifier
        } else if columns["quadratic.1"] != nil {
            // Of additive couplings the log-determinant is a constant of the weights.
            let isConstant = columns.values.filter { $0.key.hasPrefix("logdet.") }
                .allSatisfy { column in column.value.allSatisfy { $0 == column.value.first } }
            kind = isConstant ? .additiveGlow : .affineGlow
        } else if columns["bpd.interval"] != nil || columns["bpd.density"] != nil {
            kind = .pixelcnn
        } else {
            kind = .other
        }
    }

    var isGlow: Bool { kind == .affineGlow || kind == .additiveGlow }
}

/// All cells of one model, data set and seed, with what claims ask of them.
struct ScoredSubject {
    let subject: Subject
    let identity: RunCell
    /// The model's weights.
    let model: Digest
    /// What their checkpoint says; nil where nobody found it.
    let checkpoint: CheckpointFacts?
    let traits: ModelTraits
    /// The untransformed columns.
    let columns: CellColumns
    var transformed: [RunCell]
    let bootstrap: StratifiedBootstrap
    /// How claims are read.
    var reading = Reading.likeliest

    /// The cell of a transformation, all of whose parameters are given, as the reading has it.
    func cell(_ transform: TransformSpec) -> RunCell? {
        guard let parameters = reading.parameters(of: transform) else { return nil }
        return transformed.first { $0.transform == transform.name && $0.parameters == parameters }
    }
}
