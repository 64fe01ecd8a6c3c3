// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `datasets`: a mapping from names to `{images: PATH, labels: PATH}`.
struct DatasetsReader {
    let document: DocumentReader

    /// The data sets that blocks may name: the built-in ones, then those of the file.
    func read(_ node: SourceNode?) -> [NamedDataset] {
        var datasets = NamedDataset.builtin
        guard let node else { return datasets }
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            let form = "datasets must map names to files, as in 'mine: {images: PATH, labels: PATH}'"
            document.report(form, at: node.position)
            return datasets
        }
        for entry in entries where document.isUsable(name: entry.key, at: entry.position) {
            let source = source(entry)
            if let same = datasets.first(where: { $0.source == source && source != nil }) {
                let problem = "dataset '\(entry.key)' has the files of '\(same.name)'; name them once"
                document.report(problem, at: entry.position)
            }
            datasets.append(NamedDataset(name: entry.key, source: source))
        }
        return datasets
    }

    private func source(_ entry: SourceNode.Entry) -> DatasetSource? {
        let what = "dataset '\(entry.key)'"
        if DatasetSource.builtinNames.contains(entry.key) {
            document.report("\(what) is built in; give your files another name", at: entry.position)
            return nil
        }
        return document.datasetFiles(entry.value, of: what, missingAt: entry.position)
    }
}

extension DocumentReader {
    /// A data set of the user's own: `{images: PATH, labels: PATH}`.
    func datasetFiles(
        _ node: SourceNode,
        of what: String,
        missingAt position: Diagnostic.Position? = nil
    ) -> DatasetSource? {
        guard let fields = fields(node, of: what, known: ["images", "labels"], missingAt: position) else { return nil }
        let images = fields.requiredPath("images")
        let labels = fields.requiredPath("labels")
        guard let images, let labels else { return nil }
        return .idx(images: images, labels: labels)
    }
}
