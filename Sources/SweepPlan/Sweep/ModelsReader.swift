// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `models`: a mapping from names to `{checkpoint: PATH}`, `{recipe: PATH}` or `{family: NAME}`, each with settings of
/// its likelihood, or to `{external: NAME}` with what is the scorer's.
struct ModelsReader {
    /// The keys that say where a model comes from, of which an entry has one.
    static let sources = ["checkpoint", "recipe", "family", external]
    /// The keys that say which likelihood is taken from it, and how.
    static let settings = [conditioning] + LikelihoodEstimate.keys
    static let conditioning = "conditioning"
    static let external = "external"

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
        let known = Self.sources + Self.settings + ExternalModelReader.keys
        guard let fields = document.fields(entry.value, of: what, known: known) else { return nil }
        let source = source(fields, of: what, at: entry.position)
        let isExternal = fields[Self.external] != nil
        let estimate = estimate(fields, standard: isExternal ? .external : .density)
        let conditioning = fields.word(Self.conditioning) ?? Conditioning.label
        return NamedModel(
            name: entry.key,
            reference: source.map { source in
                ModelReference(
                    source: source,
                    conditioning: conditioning,
                    estimate: estimate,
                    tolerance: ExternalModelReader(document: document).tolerance(fields, of: source)
                )
            },
            position: entry.position,
            settingPositions: fields.entries(Self.settings).reduce(into: [:]) { $0[$1.key] = $1.value.position }
        )
    }

    private func estimate(_ fields: Fields, standard kind: LikelihoodEstimate.Kind) -> LikelihoodEstimate {
        let asked = fields.choice(LikelihoodEstimate.kindKey, among: LikelihoodEstimate.Kind.asked.map(\.rawValue))
        return LikelihoodEstimate(
            kind: asked.flatMap(LikelihoodEstimate.Kind.init) ?? kind,
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
            document.report("\(what) needs 'checkpoint', 'recipe', 'family' or 'external'", at: position)
            return nil
        }
        if given.count > 1 {
            document.report("\(what) takes '\(entry.key)' or '\(given[1].key)', not both", at: given[1].position)
            return nil
        }
        if entry.key == Self.external {
            return ExternalModelReader(document: document).read(fields, of: what).map { .external($0) }
        }
        if let stray = fields.entries(ExternalModelReader.keys).first {
            document.report("\(what): '\(stray.key)' means something to an external model alone", at: stray.position)
            return nil
        }
        switch entry.key {
        case "checkpoint": return document.path(entry.value, of: "checkpoint").map { .checkpoint(path: $0) }
        case "recipe": return document.path(entry.value, of: "recipe").map { .recipe(path: $0) }
        default: return document.word(entry.value, of: "family").map { .family($0) }
        }
    }
}
