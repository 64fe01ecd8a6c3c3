// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Screens
import Statistics

/// Asks a source one thing after another, so that whoever draws never waits for it.
struct RunWatcher: Sendable {
    enum Errand: Sendable {
        case look(CellRequest)
        case explain(SummarisedCell)
    }

    enum News: Sendable {
        case seen(RunStanding, CellWindow)
        case lost(String)
        case explained(SummarisedCell, [String])
    }

    private let errands: AsyncStream<Errand>.Continuation

    /// Begins to run errands at `source`; each ends with one piece of news.
    init(_ source: some WatchedRun, report: @escaping @Sendable (News) -> Void) {
        let (stream, errands) = AsyncStream.makeStream(of: Errand.self)
        self.errands = errands
        Task {
            var source = source
            for await errand in stream { report(await Self.run(errand, at: &source)) }
        }
    }

    func send(_ errand: Errand) { errands.yield(errand) }

    private static func run(_ errand: Errand, at source: inout some WatchedRun) async -> News {
        switch errand {
        case .look(let request):
            do {
                let (facts, page) = try await source.look(request)
                return .seen(facts, page)
            } catch {
                return .lost(reason(error))
            }
        case .explain(let cell):
            do {
                return .explained(cell, try await source.explain(cell))
            } catch {
                return .explained(cell, ["\(reason(error))"])
            }
        }
    }

    private static func reason(_ error: any Error) -> String {
        (error as? CommandFailure)?.description ?? "\(error)"
    }
}
