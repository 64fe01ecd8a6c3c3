// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import Reporting
import ResultStore
import Vocabulary

/// Effects and claims of runs, made from all their rows: once for every change, beside everything else.
struct RunQuestions: Sendable {
    /// Images of a run beyond which its rows are not read in passing.
    private static let mostImages = 20_000_000
    /// What the commands take where nothing is said.
    private static let settings = AnswerSettings()

    private let store: ResultStore
    private let sheets = Computed<AnswerKey, ShownAnswer>("dashboard.answers", most: 8)

    init(_ store: ResultStore) { self.store = store }

    /// What a page is about.
    static func introduction(_ page: RunPage) -> HTML {
        page == .claims
            ? "Claims of the paper and of newer work, put to the cells that the run has."
            : """
            By how much each transformation changes what a model says of the same images, all classes together; \
            each cell's page has the classes.
            """
    }

    /// The answer, as far as it is there.
    func standing(_ page: RunPage, _ run: RunRecord) -> Computed<AnswerKey, ShownAnswer>.Standing {
        guard run.recordedImages <= Self.mostImages else {
            return .failed(
                "The run has \(grouped(run.recordedImages)) images, too many to read in passing; "
                    + "'coordinator \(page.rawValue) --run \(run.id) --where FILTER' asks about some of them."
            )
        }
        let key = AnswerKey(run: run.id, page: page)
        let (store, id) = (store, run.id)
        // What has become complete is news; single images of cells that grow are not.
        let version = "\(run.done) of \(run.cells), \(run.state.rawValue)"
        return sheets.value(key, version: version) {
            let answers = try RunAnswers(store, run: id, settings: Self.settings)
            guard page != .claims else { return try ShownAnswer(answers.claims()) }
            var effects = try answers.effects()
            effects.rows.removeAll { $0.label != nil }
            return try ShownAnswer(effects)
        }
    }
}

extension ShownAnswer {
    /// The rows of an answer as tables and JSON have them.
    init<Row: AnswerRow>(_ answer: Answer<Row>) throws {
        let texts = answer.rows.map(\.shownTexts)
        var order = Array(Row.shownColumns.indices)
        // What came of it is what is looked for: it stands beside what it is about, and not at the far end.
        if let place = order.first(where: { ["verdict", "state"].contains(Row.shownColumns[$0].title) }) {
            order.remove(at: place)
            order.insert(place, at: min(1, order.count))
        }
        let same = Set(
            order.dropFirst(2).filter { column in
                texts.count > 1 && texts.allSatisfy { $0[column] == texts[0][column] }
            }
        )
        shared = order.filter(same.contains).map { "\(Row.shownColumns[$0].title) \(texts[0][$0])" }
        order.removeAll(where: same.contains)
        columns = order.map { Column(title: Row.shownColumns[$0].title, isNumeric: Row.shownColumns[$0].isNumeric) }
        rows = texts.map { row in order.map { row[$0] } }
        objects = try answer.rows.map { try AnswerText.object($0) }
        notes = answer.notes
    }
}
