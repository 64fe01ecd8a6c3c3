// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Layers
import Networks
public import SweepPlan
import Vocabulary

/// A trained model as others load it: without the optimiser's memory, with its provenance.
public struct TrainingRelease: Sendable {
    /// The checkpoint's file.
    public var bytes: [UInt8]
    /// How its numbers are stored; float32 where the wanted precision would have moved the validation loss too far.
    public var precision: Recipe.Precision
    /// How the model in the file does on the validation images.
    public var validation: Validation
    /// The validation loss of the file minus that of the weights as they were trained.
    public var change: Double
    /// By how much the wanted precision would have moved the validation loss, where that was too far.
    public var refusedChange: Double?
    /// The checkpoint's free text: recipe, data, steps, validation.
    public var provenance: String
}

extension TrainingSession {
    /// How far the validation loss may move when numbers are stored with fewer bits.
    static let tolerance = 1e-3

    /// The model as it stands, for others to load.
    ///
    /// Matrices and convolutions are stored as `precision` says, in float32 where that moves the validation loss by
    /// 1e-3 or more; vectors, permutations and what is measured are always float32: they are few.
    ///
    /// - Parameters:
    ///   - precision: How numbers are stored; the recipe's by default.
    ///   - commit: The version of the program, for the provenance; nil where nobody knows.
    ///   - goesOn: Asked now and then; when it says no, nothing is released.
    /// - Returns: The release; nil when it was given up.
    /// - Throws: ``TrainingError`` when the weights make no model.
    public func release(
        precision: Recipe.Precision? = nil,
        commit: String? = nil,
        while goesOn: () -> Bool = { true }
    ) throws(TrainingError) -> TrainingRelease? {
        if course.validatedStep < step { try validate(while: goesOn) }
        guard course.validatedStep == step, let exact = validation else { return nil }
        let precision = precision ?? recipe.precision
        let full = release(as: .float32, exact, exact, commit)
        guard precision != .float32 else { return full }
        guard let rounded = try validation(of: checkpoint(stored: precision), while: goesOn) else { return nil }
        let change = rounded.loss - exact.loss
        guard abs(change) < Self.tolerance else {
            var refused = full
            refused.refusedChange = change
            return refused
        }
        return release(as: precision, rounded, exact, commit)
    }

    private func release(
        as precision: Recipe.Precision,
        _ found: Validation,
        _ exact: Validation,
        _ commit: String?
    ) -> TrainingRelease {
        var metadata = metadata
        metadata.provenance = provenance(precision, found, change: found.loss - exact.loss, commit)
        metadata.training = former.history(followedBy: leg(found))
        return TrainingRelease(
            bytes: bytes(metadata, precision),
            precision: precision,
            validation: found,
            change: found.loss - exact.loss,
            provenance: metadata.provenance
        )
    }

    /// The model that is read back when its numbers are stored with that precision.
    private func checkpoint(stored precision: Recipe.Precision) throws(TrainingError) -> Checkpoint {
        do {
            return try Checkpoint(SafetensorsFile(bytes: bytes(metadata, precision), name: "recipe \(recipe.name)"))
        } catch {
            throw .recipe("\(error)")
        }
    }

    private func bytes(_ metadata: CheckpointMetadata, _ precision: Recipe.Precision) -> [UInt8] {
        var writer = SafetensorsWriter(metadata: metadata.texts)
        let layout = trainer.layout
        let tensors = layout.tensors(releasedParameters)
        for spec in layout.specs {
            guard let tensor = tensors[spec.name] else { continue }
            let range = layout.range(spec.name)
            let isLearned = trainer.learned.contains { $0.clamped(to: range) == range }
            writer.add(spec.name, tensor, as: isLearned && spec.shape.count > 2 ? precision.elementType : .float32)
        }
        return writer.encoded()
    }

    /// What this training is in the history of its weights.
    private func leg(_ found: Validation) -> TrainingLeg {
        var leg = TrainingLeg()
        (leg.recipe, leg.recipeDigest) = (recipe.name, recipe.digest)
        (leg.data, leg.dataDigest) = (recipe.data.name, dataDigest)
        (leg.steps, leg.batch, leg.epochs) = (step, images.batch, Double(step) / Double(images.stepsPerEpoch))
        (leg.validation, leg.accuracy) = (found.loss, found.accuracy)
        return leg
    }

    /// No time and no machine in it: equal trainings make equal files.
    private func provenance(
        _ precision: Recipe.Precision,
        _ found: Validation,
        change: Double,
        _ commit: String?
    ) -> String {
        let count = images.training.count
        var parts: [String?] = [
            "trained by recipe \(recipe.name) (sha256 \(recipe.digest))",
            former.start.map { "starting from the checkpoint of sha256 \($0)" },
            "on \(count) images of \(recipe.data.name) \(RecipeData.split) (sha256 \(dataDigest))",
            "\(step) steps of \(images.batch) images",
            "validation on \(found.images) others: \(found.loss) \(recipe.model.family.loss.unit)",
        ]
        if let accuracy = found.accuracy { parts.append("accuracy \(accuracy)") }
        if precision != .float32 {
            parts.append("stored as \(precision.rawValue), which changed the loss by \(change)")
        }
        if let commit { parts.append("commit \(commit)") }
        return parts.compactMap(\.self).joined(separator: "; ")
    }
}

extension Recipe.Precision {
    fileprivate var elementType: ElementType {
        switch self {
        case .float32: .float32
        case .bfloat16: .bfloat16
        case .float16: .float16
        }
    }
}
