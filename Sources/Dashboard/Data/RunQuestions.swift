// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import ResultStore

/// Effects and claims of runs, made from all their rows: once for every change, beside everything else.
struct RunQuestions: Sendable {
    private let store: ResultStore
    private let sheets = Computed<AnswerKey, AnswerSheet>("dashboard.answers", most: 8)

    init(_ store: ResultStore) { self.store = store }

    /// What a page is about.
    static func introduction(_ page: RunPage) -> HTML {
        page == .claims
            ? "Claims of the paper, asserted over the cells that the run has."
            : "By how much each transformation changes what the model says of the same images."
    }

    /// The answer, as far as it is there.
    func standing(_ page: RunPage, _ run: RunRecord) -> Computed<AnswerKey, AnswerSheet>.Standing {
        .failed("'coordinator \(page.rawValue) --run \(run.id)' says it on the command line.")
    }
}
