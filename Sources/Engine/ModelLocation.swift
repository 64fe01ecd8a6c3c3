// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Networks
public import Vocabulary

/// Where a model comes from, as one text that travels: a checkpoint's path, `family:NAME` for a fresh model, or
/// `recipe:PATH` for one that is not trained yet and cannot be loaded.
public struct ModelLocation: Hashable, Sendable {
    private static let familyPrefix = "family:"
    private static let recipePrefix = "recipe:"

    /// The text.
    public let text: String

    /// Reads the text that another process sent.
    public init(text: String) {
        self.text = text
    }

    /// The location of a model of a sweep file; a path becomes absolute, so that other processes find it.
    public init(_ source: ModelReference.Source) {
        switch source {
        case .checkpoint(let path): text = URL(filePath: path).standardizedFileURL.path
        case .recipe(let path): text = Self.recipePrefix + URL(filePath: path).standardizedFileURL.path
        case .family(let family): text = Self.familyPrefix + family.rawValue
        }
    }

    /// What planning needs to know of the model; reads no more of a checkpoint than it must.
    ///
    /// - Throws: `CheckpointError` when there is no such model.
    public func facts() throws -> ModelFacts {
        guard let family = try family() else { return try Checkpoint.facts(contentsOf: text) }
        return try Checkpoint.initialised(family).facts
    }

    /// The checkpoint.
    func load() throws(CheckpointError) -> Checkpoint {
        guard let family = try family() else { return try Checkpoint(contentsOf: text) }
        return try Checkpoint.initialised(family)
    }

    /// The family that the text names; nil when it is a path.
    private func family() throws(CheckpointError) -> ModelFacts.Family? {
        guard !text.hasPrefix(Self.recipePrefix) else {
            throw CheckpointError(file: text, "not trained yet; a run of a sweep that names the recipe trains it")
        }
        guard text.hasPrefix(Self.familyPrefix) else { return nil }
        guard let family = ModelFacts.Family(rawValue: String(text.dropFirst(Self.familyPrefix.count))) else {
            let known = ModelFacts.Family.allCases.map(\.rawValue).joined(separator: ", ")
            throw CheckpointError(file: text, "unknown family; known: \(known)")
        }
        return family
    }
}
