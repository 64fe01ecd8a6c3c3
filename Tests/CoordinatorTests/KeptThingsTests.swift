// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Testing
import Vocabulary

@testable import Coordinator

/// What is kept of what workers say, and how much of it.
@Suite("What is kept of failures and columns")
struct KeptThingsTests {
    private static func failure(log: [String], isTerminal: Bool = false) -> FailureRecord {
        let shard = Shard(cell: CellID(Digest(of: [1])), lower: 0, upper: 1)
        return FailureRecord(
            attempt: AttemptIdentity(shard: shard, attempt: 1, epoch: 1),
            kind: "engine",
            message: String(repeating: "m", count: 4000),
            worker: "w",
            host: "h",
            time: Date(timeIntervalSince1970: 0),
            isTerminal: isTerminal,
            log: log
        )
    }

    private static let line = String(repeating: "x", count: 1000)

    @Test("of a long log the last lines are kept")
    func tail() {
        var ledger = FailureLedger()
        let log = (0..<100).map { "\($0) \(Self.line)" }
        let kept = ledger.admit(Self.failure(log: log), of: "a")?.log ?? []
        #expect(kept.last == log.last)
        #expect((30...33).contains(kept.count))
    }

    @Test("a key's failures are kept in full, then in few words, then counted; the end of a shard is always kept")
    func ledger() {
        var ledger = FailureLedger()
        let log = [String](repeating: Self.line, count: 100)
        var bytes = 0
        var records = 0
        for _ in 0..<FailureLedger.mostOfOwner + 10 {
            guard let kept = ledger.admit(Self.failure(log: log), of: "a") else { continue }
            records += 1
            bytes += kept.message.utf8.count + kept.log.reduce(0) { $0 + $1.utf8.count }
        }
        #expect(records == FailureLedger.mostOfOwner)
        #expect(ledger.unkept == 10)
        #expect(bytes < FailureLedger.mostBytesOfOwner + 200 * records)
        let end = ledger.admit(Self.failure(log: log, isTerminal: true), of: "a")
        #expect(end?.isTerminal == true && end?.log.isEmpty == true)
        let other = ledger.admit(Self.failure(log: log), of: "b")
        #expect(other?.log.isEmpty == false)
    }

    @Test("a key brings no more than so many different lists of columns, and known ones are always taken")
    func columns() {
        var columns = KnownColumns()
        func table(_ name: String) -> ResultTable {
            ResultTable(indices: [0], columns: [.init(name: "bpd", values: [1]), .init(name: name, values: [1])])
        }
        let taken = (0..<1000).count { columns.problem(with: table("c\($0)"), of: "a") == nil }
        #expect(taken == KnownColumns.mostOfOwner)
        let again = [columns.problem(with: table("c0"), of: "a"), columns.problem(with: table("other"), of: "b")]
        #expect(again == [nil, nil])
    }
}
