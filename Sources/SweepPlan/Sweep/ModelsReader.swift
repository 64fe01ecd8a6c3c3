// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `models`: a mapping from names to `{checkpoint: PATH}`, `{recipe: PATH}` or `{family: NAME}`, each with settings of
/// its likelihood.
struct ModelsReader {
    private static let sources = ["checkpoint", "recipe", "family"]
    private static let settings = [conditioning] + LikelihoodEstimate.keys
    static let conditioning = "conditioning"

    let document: DocumentReader

    func read(_ node: SourceNode) -> [NamedModel] {
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            document.report("models must map names to models, as in 'glow: {checkpoint: PATH}'", at: node.position)
            return []
        }
        return entries.compactMap { entry in
            document.isUsable(name: entry.key, at: entry.position) ? read(entry) : nil
        }
    }

    private func read(_ entry: SourceNode.Entry) -> NamedModel? {
        let what = "model '\(entry.key)'"
        guard let fields = document.fields(entry.value, of: what, known: Self.sources + Self.settings) else {
            return nil
        }
        let source = source(fields, of: what, at: entry.position)
        let estimate = estimate(fields)
        let conditioning = fields.word(Self.conditioning) ?? Conditioning.label
        return NamedModel(
            name: entry.key,
            reference: source.map { ModelReference(source: $0, conditioning: conditioning, estimate: estimate) },
            position: entry.position,
            settingPositions: fields.entries(Self.settings).reduce(into: [:]) { $0[$1.key] = $1.value.position }
        )
    }

    private func estimate(_ fields: Fields) -> LikelihoodEstimate {
        LikelihoodEstimate(
            kind: fields.word(LikelihoodEstimate.kindKey) ?? .density,
            draws: fields.integer(LikelihoodEstimate.drawsKey, in: LikelihoodEstimate.drawCounts) ?? 1,
            dequantisation: fields.word(LikelihoodEstimate.dequantisationKey) ?? .uniform
        )
    }

    private func source(
        _ fields: Fields,
        of what: String,
        at position: Diagnostic.Position
    ) -> ModelReference.Source? {
        let given = fields.entries(Self.sources)
        guard let entry = given.first else {
            document.report("\(what) needs 'checkpoint', 'recipe' or 'family'", at: position)
            return nil
        }
        if given.count > 1 {
            document.report("\(what) takes '\(entry.key)' or '\(given[1].key)', not both", at: given[1].position)
            return nil
        }
        switch entry.key {
        case "checkpoint": return document.path(entry.value, of: "checkpoint").map { .checkpoint(path: $0) }
        case "recipe": return document.path(entry.value, of: "recipe").map { .recipe(path: $0) }
        default: return document.word(entry.value, of: "family").map { .family($0) }
        }
    }
}
