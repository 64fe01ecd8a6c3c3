// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore
import Testing

@testable import Coordinator

/// What becomes of a run whose end its store does not take.
@Suite("The end of a run", .timeLimit(.minutes(1)))
struct RunConclusionTests {
    private static let full = ResultStoreError.diskFull(path: "s.sqlite")
    private static let damaged = ResultStoreError.damaged(path: "s.sqlite", detail: "?")

    /// How a run ends whose store fails with `errors`, one after the other, and then takes everything.
    private func end(
        _ ending: CoordinatorLoop.Ending,
        failing errors: [ResultStoreError],
        isStopped: Bool = false
    ) throws -> (ending: CoordinatorLoop.Ending, written: [RunState], notices: [String]) {
        let (mailbox, status) = (try LoopMailbox(), RunStatus())
        if isStopped { mailbox.post(.stop) }
        var (errors, written) = (errors[...], [RunState]())
        let conclusion = RunConclusion(mailbox: mailbox, status: status) { state in
            if let error = errors.popFirst() { throw error }
            written.append(state)
        }
        return (conclusion.write(ending), written, status.takeNotices())
    }

    @Test("a store that takes it is told, once", arguments: [CoordinatorLoop.Ending.complete, .failed, .cancelled])
    func told(ending: CoordinatorLoop.Ending) throws {
        let end = try end(ending, failing: [])
        #expect(end.ending == ending)
        #expect(end.written == [ending.state])
        #expect(end.notices.isEmpty)
    }

    @Test("a run that came to its end waits for a full disk, and says so once")
    func waits() throws {
        let end = try end(.complete, failing: [Self.full, Self.full])
        #expect(end.ending == .complete)
        #expect(end.written == [.complete])
        #expect(end.notices.count == 1)
        #expect(end.notices.first?.hasPrefix("PAUSED: the disk of s.sqlite is full") == true)
    }

    @Test("whoever stops it meanwhile is told the truth: the store has it as interrupted")
    func stopped() throws {
        let end = try end(.complete, failing: [Self.full, Self.full], isStopped: true)
        #expect(end.ending == .interrupted)
        #expect(end.written.isEmpty)
    }

    @Test(
        "an interrupted run waits for nothing",
        arguments: [CoordinatorLoop.Ending.interrupted, .broken("?", code: 1)]
    )
    func interrupted(ending: CoordinatorLoop.Ending) throws {
        let end = try end(ending, failing: [Self.full])
        #expect(end.ending == ending)
        #expect(end.written.isEmpty && end.notices.isEmpty)
    }

    @Test("a store that fails for good makes an error of it, and one that is another's a loss")
    func forGood() throws {
        #expect(try end(.complete, failing: [Self.damaged]).ending == .broken("\(Self.damaged)", code: 1))
        let taken = ResultStoreError.runTakenOver(id: "r", owner: nil, path: "s.sqlite")
        #expect(try end(.complete, failing: [taken]).ending == .takenOver("\(taken)"))
        #expect(try end(.takenOver("?"), failing: []).written.isEmpty, "it is not this coordinator's to say")
    }
}
