// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `models`: a mapping from names to `{checkpoint: PATH}`, `{recipe: PATH}` or `{family: NAME}`, each with settings of
/// its likelihood, or to `{external: NAME}` with what is the scorer's.
struct ModelsReader {
    private static let checkpoint = DocumentKey.path(
        "checkpoint",
        "Trained weights; a relative path starts from this file's folder."
    )
    private static let recipe = DocumentKey.path(
        "recipe",
        "How to train the model: the run trains it first. A relative path starts from this file's folder."
    )
    private static let family = DocumentKey.choice(
        "family",
        among: ModelFacts.Family.allCases.map(\.rawValue),
        "Freshly initialised weights instead of a checkpoint."
    )
    private static let conditioning = DocumentKey.word(
        "conditioning",
        standard: Conditioning.label,
        "label: log p(x|y) with the image's own class; marginal: the mean of p(x|y) over all classes."
    )
    private static let likelihood = DocumentKey.choice(
        LikelihoodEstimate.kindKey,
        among: LikelihoodEstimate.Kind.asked.map(\.rawValue),
        "density (default): of the pixels as they are; interval: of the 8-bit cells that contain them."
    )
    private static let draws = DocumentKey.integer(
        LikelihoodEstimate.drawsKey,
        in: LikelihoodEstimate.drawCounts,
        standard: LikelihoodEstimate.standard.draws,
        "A Glow's likelihood is averaged over so many draws of dequantisation."
    )
    private static let dequantisation = DocumentKey.word(
        LikelihoodEstimate.dequantisationKey,
        standard: LikelihoodEstimate.standard.dequantisation,
        "Where in its 8-bit cell a pixel of a Glow stands: at a random place, at the lower end, in the middle."
    )
    /// The models that this program computes.
    private static let own = [checkpoint.facts, recipe.facts, family.facts]
    private static let external = ExternalModelReader.external
    private static let sources = own + [external]
    private static let settings = [conditioning.facts, likelihood.facts, draws.facts, dequantisation.facts]
    private static let keys = KeyTable(sources + settings + ExternalModelReader.facts)
    /// The key that says what a likelihood is conditioned on.
    static let conditioningKey = conditioning.name
    /// What `models` may be.
    static let form = ValueForm.named(
        .anyOf([
            .mapping(KeyTable(own + settings, .exactlyOne(own.map(\.name)))),
            .mapping(KeyTable([external] + ExternalModelReader.facts + settings)),
        ]),
        own: []
    )

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
        guard let fields = document.fields(entry.value, of: what, known: Self.keys) else { return nil }
        let source = source(fields, of: what, at: entry.position)
        let isExternal = fields[Self.external.name] != nil
        let estimate = estimate(fields, standard: isExternal ? .external : .density)
        let conditioning = fields.value(Self.conditioning)
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
            settingPositions: fields.entries(Self.settings.map(\.name)).reduce(into: [:]) {
                $0[$1.key] = $1.value.position
            }
        )
    }

    private func estimate(_ fields: Fields, standard kind: LikelihoodEstimate.Kind) -> LikelihoodEstimate {
        LikelihoodEstimate(
            kind: fields.value(Self.likelihood).flatMap(LikelihoodEstimate.Kind.init) ?? kind,
            draws: fields.value(Self.draws),
            dequantisation: fields.value(Self.dequantisation)
        )
    }

    private func source(
        _ fields: Fields,
        of what: String,
        at position: Diagnostic.Position
    ) -> ModelReference.Source? {
        let given = fields.entries(Self.sources.map(\.name))
        guard let entry = given.first else {
            document.report("\(what) needs 'checkpoint', 'recipe', 'family' or 'external'", at: position)
            return nil
        }
        if given.count > 1 {
            document.report("\(what) takes '\(entry.key)' or '\(given[1].key)', not both", at: given[1].position)
            return nil
        }
        if entry.key == Self.external.name {
            return ExternalModelReader(document: document).read(fields, of: what).map { .external($0) }
        }
        if let stray = fields.entries(ExternalModelReader.facts.map(\.name)).first {
            document.report("\(what): '\(stray.key)' means something to an external model alone", at: stray.position)
            return nil
        }
        switch entry.key {
        case Self.checkpoint.name: return fields.value(Self.checkpoint).map { .checkpoint(path: $0) }
        case Self.recipe.name: return fields.value(Self.recipe).map { .recipe(path: $0) }
        default: return fields.value(Self.family).flatMap(ModelFacts.Family.init).map { .family($0) }
        }
    }
}
