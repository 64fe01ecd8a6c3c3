// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import ResultStore
import Statistics
import SweepPlan
import Vocabulary

/// Measures what claims are about, from the cells that runs of one store have.
struct ClaimsReader {
    /// The first of the runs; all have its store and its settings.
    let answers: RunAnswers
    private(set) var subjects: [ScoredSubject]
    private let sources: [Subject: DatasetSource]
    private let datasets: [RunDatasets]

    /// - Parameters:
    ///   - runs: Questions to runs of one store, at least one, with the same settings. A cell that several have is one.
    ///   - checkpoints: What checkpoints say of themselves, by their digests.
    /// - Throws: `ResultStoreError`.
    init(_ runs: [RunAnswers], checkpoints: [Digest: CheckpointFacts] = [:]) throws {
        answers = runs[0]
        var bootstraps: [[Int]: StratifiedBootstrap] = [:]
        var subjects: [ScoredSubject] = []
        var places: [CellID: Int] = [:]
        var sources: [Subject: DatasetSource] = [:]
        var datasets: [RunDatasets] = []
        for run in runs {
            let found = try? RunDatasets(of: run.run, in: run.store, library: run.library ?? DatasetLibrary())
            if let found { datasets.append(found) }
            for (subject, identity) in run.identities.sorted(by: { $0.value.ordinal < $1.value.ordinal })
            where run.filter.ofSubjects.matches(identity) && identity.recordedImages > 0 {
                let transformed = run.transformed[subject] ?? []
                if let place = places[identity.id] {
                    let known = Set(subjects[place].transformed.map(\.id))
                    subjects[place].transformed += transformed.filter { !known.contains($0.id) }
                    continue
                }
                let columns = try run.store.values(of: identity.id)
                let labels = columns.labels.map { Int($0) }
                let settings = run.settings
                let bootstrap =
                    bootstraps[labels]
                    ?? StratifiedBootstrap(labels: labels, seed: settings.seed, replicates: settings.replicates)
                bootstraps[labels] = bootstrap
                let model = try run.store.identity(of: identity.id).model
                sources[subject] = sources[subject] ?? found?.sweep.datasets[subject.dataset]
                places[identity.id] = subjects.count
                subjects.append(
                    ScoredSubject(
                        subject: subject,
                        identity: identity,
                        model: model,
                        checkpoint: checkpoints[model],
                        traits: ModelTraits(columns),
                        columns: columns,
                        transformed: transformed,
                        bootstrap: bootstrap
                    )
                )
            }
        }
        self.subjects = subjects
        self.sources = sources
        self.datasets = datasets
    }

    /// The images of a cell's data set, from whichever run's sweep names it; nil where images are not to be looked for, or
    /// are not to be had.
    func images(of cell: RunCell) -> ImageDataset? {
        guard answers.library != nil else { return nil }
        return datasets.lazy.compactMap { try? $0.dataset(of: cell) }.first
    }

    /// The same cells, read in another way.
    func reading(_ reading: Reading) -> ClaimsReader {
        var reader = self
        for place in reader.subjects.indices { reader.subjects[place].reading = reading }
        return reader
    }

    /// The ways to read the paper, besides the likeliest, that there are cells of.
    var readings: [Reading] {
        var seen: Set<Reading> = []
        return subjects.flatMap(\.transformed).compactMap(Reading.init).filter { seen.insert($0).inserted }
    }

    /// The differences of a cell, one for each image of the untransformed one; not a number where there is none.
    func differences(_ cell: RunCell, of subject: ScoredSubject, column: String = "bpd") throws -> [Double]? {
        let after = try answers.store.values(of: cell.id) { $0 == column }
        guard let values = after[column], let before = subject.columns[column] else { return nil }
        if after.indices == subject.columns.indices { return zip(values, before).map { Double($0) - Double($1) } }
        let known = Dictionary(zip(after.indices, values)) { first, _ in first }
        return zip(subject.columns.indices, before).map { index, before in
            known[index].map { Double($0) - Double(before) } ?? .nan
        }
    }

    /// The mean of values, one for each image of the subject.
    func mean(_ values: [Double], of subject: ScoredSubject) -> MeasuredEffect? {
        subject.bootstrap.means(of: values).overall.map { MeasuredEffect($0, level: answers.settings.level) }
    }

    /// Whether the data set is the built-in one of that name; by its own name where the sweep file cannot be read.
    func isBuiltin(_ name: String, _ subject: Subject) -> Bool {
        guard let source = sources[subject] else { return subject.dataset == name }
        return source == .builtin(name)
    }

    /// The subjects whose models were trained on their data sets, and those of which nothing tells.
    var own: [ScoredSubject] {
        subjects.filter { subject in
            trainingSet(of: subject).map { isBuiltin($0, subject.subject) } ?? true
        }
    }

    /// Whether the model was trained on Fashion-MNIST.
    func isFashionTrained(_ subject: Subject) -> Bool {
        subjects.first { $0.subject == subject }.flatMap(trainingSet) == "fashion-mnist"
    }

    /// The built-in data set that a model was trained on: what its checkpoint says, or else its name; nil where neither
    /// names one.
    ///
    /// A model whose name says `fashion` is Fashion-MNIST's, one whose name says `mnist` alone is MNIST's.
    private func trainingSet(of subject: ScoredSubject) -> String? {
        if let own = subject.checkpoint?.dataset, DatasetSource.builtinNames.contains(own) { return own }
        let name = subject.subject.model.lowercased()
        return name.contains("fashion") ? "fashion-mnist" : name.contains("mnist") ? "mnist" : nil
    }
}
