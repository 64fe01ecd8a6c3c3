// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

extension SweepFileReader {
    /// Reads `models`: a mapping from names to `{checkpoint: PATH}`, `{recipe: PATH}` or `{family: NAME}`, each with a
    /// `conditioning`.
    mutating func readModels(_ node: SourceNode) {
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            report("models must map names to models, as in 'glow: {checkpoint: PATH}'", at: node.position)
            return
        }
        for entry in entries where isUsable(name: entry.key, at: entry.position) {
            readModel(entry)
        }
    }

    private mutating func readModel(_ entry: SourceNode.Entry) {
        let what = "model '\(entry.key)'"
        guard let fields = fields(entry.value, of: what, known: ["checkpoint", "recipe", "family", "conditioning"])
        else {
            return
        }
        let source = modelSource(fields, of: what, at: entry.position)
        var conditioning = Conditioning.label
        let words = Conditioning.allCases
        if let field = fields["conditioning"],
            let code = code(field.value, of: "conditioning", in: .choice(words.map(\.rawValue)))
        {
            conditioning = words[Int(code)]
        }
        models.append(
            NamedModel(
                name: entry.key,
                reference: source.map { ModelReference(source: $0, conditioning: conditioning) },
                position: entry.position,
                conditioningPosition: fields["conditioning"]?.value.position ?? entry.position
            )
        )
    }

    private mutating func modelSource(
        _ fields: [String: SourceNode.Entry],
        of what: String,
        at position: Diagnostic.Position
    ) -> ModelReference.Source? {
        let sources = ["checkpoint", "recipe", "family"]
        let given = sources.compactMap { fields[$0] }.sorted { $0.position < $1.position }
        guard let entry = given.first else {
            report("\(what) needs 'checkpoint', 'recipe' or 'family'", at: position)
            return nil
        }
        if given.count > 1 {
            report("\(what) takes '\(entry.key)' or '\(given[1].key)', not both", at: given[1].position)
            return nil
        }
        switch entry.key {
        case "checkpoint": return text(entry.value, of: "checkpoint").map { .checkpoint(path: resolved($0)) }
        case "recipe": return text(entry.value, of: "recipe").map { .recipe(path: resolved($0)) }
        default:
            let families = ModelFacts.Family.allCases
            return code(entry.value, of: "family", in: .choice(families.map(\.rawValue))).map {
                .family(families[Int($0)])
            }
        }
    }

    /// Reads `datasets`: a mapping from names to `{images: PATH, labels: PATH}`.
    mutating func readDatasets(_ node: SourceNode) {
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            report("datasets must map names to files, as in 'mine: {images: PATH, labels: PATH}'", at: node.position)
            return
        }
        for entry in entries where isUsable(name: entry.key, at: entry.position) {
            let source = datasetSource(entry)
            if let same = datasets.first(where: { $0.source == source && source != nil }) {
                report("dataset '\(entry.key)' has the files of '\(same.name)'; name them once", at: entry.position)
            }
            datasets.append(NamedDataset(name: entry.key, source: source))
        }
    }

    private mutating func datasetSource(_ entry: SourceNode.Entry) -> DatasetSource? {
        let what = "dataset '\(entry.key)'"
        if DatasetSource.builtinNames.contains(entry.key) {
            report("\(what) is built in; give your files another name", at: entry.position)
            return nil
        }
        guard let fields = fields(entry.value, of: what, known: ["images", "labels"]) else { return nil }
        let images = required("images", in: fields, of: what, at: entry.position).flatMap { text($0, of: "images") }
        let labels = required("labels", in: fields, of: what, at: entry.position).flatMap { text($0, of: "labels") }
        guard let images, let labels else { return nil }
        return .idx(images: resolved(images), labels: resolved(labels))
    }

    /// A path of the sweep file, as seen from where the sweep file's own path is valid.
    private func resolved(_ path: String) -> String { Sweep.resolve(path, relativeTo: file) }
}

extension Sweep {
    /// The path that `path`, written in the sweep file `file`, has for whoever opens `file` by that name.
    ///
    /// An absolute path stays; any other is taken from the sweep file's folder. Nothing is looked up, and `..` is kept
    /// because only the file system knows what it means after a link.
    public static func resolve(_ path: String, relativeTo file: String) -> String {
        guard !path.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return path }
        return String(file[...slash]) + path
    }
}
