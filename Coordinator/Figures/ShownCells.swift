// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ResultStore
import Vocabulary

/// The cells that a figure compares: for each model and data set the untransformed cell and some transformed ones.
struct ShownCells {
    /// A model and a data set with the cells that are shown of them.
    struct Entry {
        var name: String
        /// The untransformed cell.
        var identity: RunCell
        /// Transformed cells by the names of their transformations.
        var cells: [String: RunCell]
    }

    /// In the order of the run.
    private(set) var subjects: [Entry] = []
    /// Names of the transformations that are shown, in the order of the run.
    let transforms: [String]
    /// How many others pass the filter.
    let leftOut: Int

    /// What the untransformed images are called.
    static let original = "original"

    /// The cells that pass the filter of `answers`, of `most` transformations; of classifiers none, which give images no
    /// likelihood.
    ///
    /// - Throws: `AnswerError` where nothing is left, `ResultStoreError`.
    ///
    /// - Parameters:
    ///   - answers: The run.
    ///   - chosen: The transformations in the order in which they are wanted, each as a filter such as
    ///     `transform=noise scale=1e-3`; empty for those of the run.
    ///   - most: The most transformations.
    init(_ answers: RunAnswers, _ chosen: [CellFilter] = [], most: Int) throws {
        let recorded = answers.cells.filter { $0.recordedImages > 0 }
        let wanted = recorded.filter { answers.filter.matches($0) }
        let transformed = wanted.filter { !$0.isIdentity }
        let ordered = chosen.isEmpty ? transformed : chosen.flatMap { filter in transformed.filter(filter.matches) }
        let all = ordered.map(\.briefTransform).unrepeated
        transforms = Array(all.prefix(most))
        leftOut = all.count - transforms.count
        let identities = recorded.filter(\.isIdentity)
        subjects = try Self.subjects(wanted, identities, transforms, SubjectNames(wanted), answers.store)
        guard !subjects.isEmpty else {
            throw AnswerError.nothingToCompare(
                "run \(answers.run.id) has no recorded cells of a likelihood model, with identity cells beside them, that "
                    + "pass --where"
            )
        }
    }

    /// Of `cells`, which are transformed ones, those under `transforms`, beside their untransformed ones.
    ///
    /// - Throws: `ResultStoreError`.
    init(_ answers: RunAnswers, cells: [RunCell], transforms: [String], names: SubjectNames) throws {
        self.transforms = transforms
        leftOut = 0
        let identities = cells.compactMap { answers.identity(of: $0) }.unrepeated.filter { $0.recordedImages > 0 }
        subjects = try Self.subjects(cells, identities, transforms, names, answers.store)
    }

    private static func subjects(
        _ cells: [RunCell],
        _ identities: [RunCell],
        _ transforms: [String],
        _ names: SubjectNames,
        _ store: ResultStore
    ) throws -> [Entry] {
        let bySubject = Dictionary(grouping: cells) { Subject($0) }
        return try identities.compactMap { identity -> Entry? in
            let own = bySubject[Subject(identity)] ?? []
            guard !own.isEmpty, try !store.columns(of: identity.id).contains("correct") else { return nil }
            let shown = own.filter { !$0.isIdentity && transforms.contains($0.briefTransform) }
            // Of a subject without any of these transformations nothing is compared.
            guard !shown.isEmpty || transforms.isEmpty else { return nil }
            let byName = Dictionary(shown.map { ($0.briefTransform, $0) }) { first, _ in first }
            return Entry(name: names.name(identity), identity: identity, cells: byName)
        }
    }

    /// The same, at most `size` subjects each.
    func parts(of size: Int) -> [ShownCells] {
        stride(from: 0, to: subjects.count, by: size).map { start in
            var part = self
            part.subjects = Array(subjects[start..<min(start + size, subjects.count)])
            return part
        }
    }

    /// What is compared, the untransformed images first.
    var series: [String] { [Self.original] + transforms }

    /// The cells of a subject in the order of ``series``.
    func cells(_ subject: Entry) -> [RunCell?] { [subject.identity] + transforms.map { subject.cells[$0] } }

    /// What a reader should know of what is not shown.
    var remark: String? {
        guard leftOut > 0 else { return nil }
        return "shown: \(transforms.joined(separator: "; ")); \(leftOut) more transformations pass: choose with --where"
    }
}
