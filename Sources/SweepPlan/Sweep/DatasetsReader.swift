// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Reads `datasets`: a mapping from names to `{images: PATH, labels: PATH}` or `{dataset: NAME}`, each with a `split`.
struct DatasetsReader {
    private static let builtin = DocumentKey.choice(
        "dataset",
        among: DatasetSource.builtinNames,
        "A built-in data set, of which this is another split."
    )
    private static let split = DocumentKey.choice(
        "split",
        among: ImagesReader.splits,
        "Which part is scored, instead of that of 'images'; files are the whole data set, whatever it is called."
    )
    /// The keys of a built-in data set under its own name.
    private static let builtinKeys = KeyTable([split.facts], .atLeastOne([split.name]))
    private static let ownKeys = KeyTable(
        [DatasetFiles.images.facts, DatasetFiles.labels.facts, builtin.facts, split.facts],
        .exactlyOne([DatasetFiles.images.name, builtin.name]),
        .exactlyOne([DatasetFiles.labels.name, builtin.name])
    )
    /// What `datasets` may be.
    static let form = ValueForm.named(
        .mapping(ownKeys),
        own: DatasetSource.builtinNames.map {
            KeyFacts($0, .mapping(builtinKeys), "Another split of \($0) than that of 'images'.")
        }
    )

    let document: DocumentReader
    /// The split of data sets that name none.
    let split: String

    /// The data sets that blocks may name: the built-in ones, then those of the file.
    func read(_ node: SourceNode?) -> [NamedDataset] {
        var datasets = NamedDataset.builtin
        guard let node else { return datasets }
        guard case .mapping(let entries) = node.content, !entries.isEmpty else {
            let form = "datasets must map names to files, as in 'mine: {images: PATH, labels: PATH}'"
            document.report(form, at: node.position)
            return datasets
        }
        // Another split of a built-in data set first, so that what follows is compared with it.
        let own = entries.filter { entry in
            guard let place = datasets.firstIndex(where: { $0.name == entry.key }) else { return true }
            datasets[place].split = builtinSplit(entry)
            return false
        }
        for entry in own where document.isUsable(name: entry.key, at: entry.position) {
            let dataset = dataset(entry)
            if let same = datasets.first(where: { isSame(dataset, $0) }) {
                let isBuiltin = if case .builtin = same.source { true } else { false }
                let problem =
                    isBuiltin
                    ? "is '\(same.name)' again; name it once" : "has the files of '\(same.name)'; name them once"
                document.report("dataset '\(entry.key)' \(problem)", at: entry.position)
            }
            datasets.append(dataset)
        }
        return datasets
    }

    /// The same files under two names are the same images, whatever their splits are called.
    private func isSame(_ left: NamedDataset, _ right: NamedDataset) -> Bool {
        guard let source = left.source, source == right.source else { return false }
        if case .idx = source { return true }
        return (left.split ?? split) == (right.split ?? split)
    }

    /// The split that the entry of a built-in data set names.
    private func builtinSplit(_ entry: SourceNode.Entry) -> String? {
        let what = "dataset '\(entry.key)'"
        if case .mapping(let fields) = entry.value.content,
            fields.contains(where: { DatasetFiles.keys.names.contains($0.key) })
        {
            document.report("\(what) is built in; give your files another name", at: entry.position)
            return nil
        }
        guard let fields = document.fields(entry.value, of: what, known: Self.builtinKeys, missingAt: entry.position)
        else { return nil }
        return fields.required(Self.split)
    }

    private func dataset(_ entry: SourceNode.Entry) -> NamedDataset {
        let what = "dataset '\(entry.key)'"
        guard
            let fields = document.fields(
                entry.value,
                of: what,
                known: Self.ownKeys,
                missingAt: entry.position
            )
        else { return NamedDataset(name: entry.key, source: nil) }
        let split = fields.value(Self.split)
        guard fields[Self.builtin.name] != nil else {
            return NamedDataset(name: entry.key, source: fields.datasetFiles(), split: split)
        }
        if let file = fields.entries(DatasetFiles.keys.names).first {
            document.report("\(what) takes 'dataset' or '\(file.key)', not both", at: file.position)
        }
        let source = fields.value(Self.builtin).map { DatasetSource.builtin($0) }
        return NamedDataset(name: entry.key, source: source, split: split)
    }
}

/// The two files of a data set of the user's own.
private enum DatasetFiles {
    static let images = DocumentKey.path("images", "An IDX file of 8-bit images, gzipped or not.")
    static let labels = DocumentKey.path("labels", "An IDX file of their classes, gzipped or not.")
    static let keys = KeyTable([images.facts, labels.facts], .atLeastOne([images.name]), .atLeastOne([labels.name]))
}

extension DocumentReader {
    /// A data set of the user's own: `{images: PATH, labels: PATH}`.
    func datasetFiles(_ node: SourceNode, of what: String) -> DatasetSource? {
        fields(node, of: what, known: DatasetFiles.keys)?.datasetFiles()
    }
}

extension Fields {
    /// The data set of the files `images` and `labels`, which must be there.
    fileprivate func datasetFiles() -> DatasetSource? {
        let images = required(DatasetFiles.images)
        let labels = required(DatasetFiles.labels)
        guard let images, let labels else { return nil }
        return .idx(images: images, labels: labels)
    }
}
