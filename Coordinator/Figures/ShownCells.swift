// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ResultStore
import Vocabulary

/// The cells that a figure compares: for each model and data set the untransformed cell and some transformed ones.
struct ShownCells {
    /// A model and a data set.
    struct Subject {
        var name: String
        /// The untransformed cell.
        var identity: RunCell
        /// Transformed cells by the names of their transformations.
        var cells: [String: RunCell]
    }

    /// In the order of the run.
    private(set) var subjects: [Subject] = []
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
        let isIdentity = { (cell: RunCell) in cell.transform == TransformSpec.identity.name }
        let wanted = recorded.filter { answers.filter.matches($0) }
        let identities = recorded.filter(isIdentity)
        let transformed = wanted.filter { !isIdentity($0) }
        let ordered = chosen.isEmpty ? transformed : chosen.flatMap { filter in transformed.filter(filter.matches) }
        let all = ordered.map(\.shortTransform).unrepeated
        transforms = Array(all.prefix(most))
        leftOut = all.count - transforms.count
        let names = SubjectNames(wanted)
        for identity in identities {
            let own = wanted.filter { Self.isSame($0, identity) }
            guard !own.isEmpty, try !answers.store.columns(of: identity.id).contains("correct") else { continue }
            let cells = own.filter { !isIdentity($0) && transforms.contains($0.shortTransform) }
                .map { ($0.shortTransform, $0) }
            // Of a subject without any of these transformations nothing is compared.
            guard !cells.isEmpty || transforms.isEmpty else { continue }
            let byName = Dictionary(cells) { first, _ in first }
            subjects.append(Subject(name: names.name(identity), identity: identity, cells: byName))
        }
        guard !subjects.isEmpty else {
            throw AnswerError.nothingToCompare(
                "run \(answers.run.id) has no recorded cells of a likelihood model, with identity cells beside them, that "
                    + "pass --where"
            )
        }
    }

    private static func isSame(_ first: RunCell, _ second: RunCell) -> Bool {
        (first.model, first.dataset, first.split, first.seed) == (
            second.model, second.dataset, second.split, second.seed
        )
            && first.conditioning == second.conditioning && first.estimate == second.estimate
    }

    /// What is compared, the untransformed images first.
    var series: [String] { [Self.original] + transforms }

    /// The cells of a subject in the order of ``series``.
    func cells(_ subject: Subject) -> [RunCell?] { [subject.identity] + transforms.map { subject.cells[$0] } }

    /// What a reader should know of what is not shown.
    var remark: String? {
        guard leftOut > 0 else { return nil }
        return "shown: \(transforms.joined(separator: "; ")); \(leftOut) more transformations pass: choose with --where"
    }
}
