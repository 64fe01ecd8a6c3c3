// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Vocabulary

/// Which cells of a grid are left by the filters of `only` and `skip`.
///
/// Filters become exclusions of sections, and values of axes that none of a section's cells has any more are taken from
/// the axes: nothing is decided cell by cell, and models and data sets of which no cell is left are not even looked for.
struct CellSelection {
    /// A filter and where it stands.
    struct Filter {
        let filter: CellFilter
        let position: Diagnostic.Position
    }

    /// Exclusions that several filters of `only` may make of one section.
    private static let exclusionLimit = 4096

    /// One of these must fit; none means every cell.
    let only: [Filter]
    /// None of these may fit.
    let skip: [Filter]

    /// Whether all cells are left.
    var isEverything: Bool { only.isEmpty && skip.isEmpty }

    /// Why a filter cannot choose planned cells; nil where it can.
    static func problem(with filter: CellFilter) -> String? {
        if filter.namesClasses { return "class means nothing here: cells have all classes; 'images' says which images" }
        if filter.terms.contains(where: { $0.key == .cell }) {
            return "cell means nothing here: an id follows from what a cell is; name its model, transform and the rest"
        }
        return filter.isAll ? "a filter must not be empty" : nil
    }

    /// What is left of a section; nil where that is nothing.
    func narrowed(_ section: GridSection, _ declarations: Declarations) -> GridSection? {
        let subject = FilteredSection(section: section, declarations: declarations)
        var exclusions: [GridExclusion] = []
        for filter in skip {
            guard let conditions = subject.conditions(filter.filter) else { continue }
            exclusions.append(GridExclusion(conditions: conditions))
        }
        if !only.isEmpty {
            let fitting = only.compactMap { subject.conditions($0.filter) }
            exclusions += Self.opposite(fitting).map { GridExclusion(conditions: $0) }
        }
        return section.adding(exclusions)
    }

    /// Conjunctions of which one holds wherever none of `conditions` does: of each one condition that is not met.
    private static func opposite(_ conditions: [[GridExclusion.Condition]]) -> [[GridExclusion.Condition]] {
        conditions.reduce([[]]) { conjunctions, filter in
            conjunctions.flatMap { conjunction in filter.map { conjunction + [$0.opposite] } }
        }
    }

    /// Whether some cell of a model, or of a data set, may be left: over-approximates, so that files which no cell needs
    /// are not looked for.
    func mayKeep(model code: UInt64, _ declarations: Declarations) -> Bool {
        mayKeep { term in declarations.text(ofModel: code, term.key).map { term.matches($0) } }
    }

    /// Whether some cell of a data set may be left.
    func mayKeep(dataset code: UInt64, _ declarations: Declarations) -> Bool {
        mayKeep { term in declarations.text(ofDataset: code, term.key).map { term.matches($0) } }
    }

    /// Whether some cell may be left; `decide` says whether a term holds, nil where that depends on something else.
    private func mayKeep(_ decide: (CellFilter.Term) -> Bool?) -> Bool {
        let isWanted = only.isEmpty || only.contains { $0.filter.terms.allSatisfy { decide($0) ?? true } }
        return isWanted && !skip.contains { $0.filter.terms.allSatisfy { decide($0) ?? false } }
    }

    /// Reports filters, and values in them, that fit no cell of `sections`, and filters that are too many.
    func check(_ sections: [GridSection], _ declarations: Declarations, in document: DocumentReader) {
        let subjects = sections.map { FilteredSection(section: $0, declarations: declarations) }
        for filter in only + skip {
            if let problem = Self.problem(with: filter.filter, in: subjects) {
                document.report(problem, at: filter.position)
            }
        }
        let count = only.reduce(1) { $0 < Self.exclusionLimit ? $0 * max(1, $1.filter.terms.count) : $0 }
        if count > Self.exclusionLimit, let last = only.last {
            document.report("so many filters with so many words are too many; use fewer", at: last.position)
        }
    }

    /// Values that a message lists of an axis.
    private static let shown = 12

    private static func problem(with filter: CellFilter, in subjects: [FilteredSection]) -> String? {
        for term in filter.terms {
            for value in term.values where !subjects.contains(where: { $0.has(value, of: term.key) }) {
                var known: [String] = []
                for text in subjects.flatMap({ $0.texts(of: term.key, most: shown) }) where !known.contains(text) {
                    known.append(text)
                }
                let suggestion = Suggestion.phrase(for: value.text, among: Array(known.prefix(shown)))
                return "no cell has \(term.key.name)=\(Excerpt.short(value.text))\(suggestion)"
            }
        }
        return subjects.contains { $0.conditions(filter) != nil } ? nil : "no cell has all of this"
    }
}

extension GridExclusion.Condition {
    fileprivate var opposite: Self { .init(coordinate: coordinate, codes: codes, isOneOf: !isOneOf) }
}
