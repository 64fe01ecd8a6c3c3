// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore

/// Writes into the store how a run ended.
struct RunConclusion {
    let mailbox: LoopMailbox
    let status: RunStatus
    /// Moves the run to another state in its store.
    let setState: (RunState) throws -> Void

    /// Writes it; what it answers is the truth about the run, whatever came between.
    ///
    /// Where the store cannot be written for the time being, a run that came to its end waits for it. One that was stopped
    /// does not: to everybody it is interrupted as soon as its lock is free.
    func write(_ ending: CoordinatorLoop.Ending) -> CoordinatorLoop.Ending {
        guard let state = ending.state else { return ending }
        var watch = StoreWatch()
        let clock = LoopClock()
        while true {
            do {
                try setState(state)
                return ending
            } catch let error as ResultStoreError where error.trouble != nil && state != .interrupted {
                if let trouble = error.trouble, watch.meet(trouble, at: clock.now) {
                    let end = "and that the run is \(state.rawValue) is recorded by itself"
                    status.notice("PAUSED: \(trouble.problem); \(trouble.remedy), \(end)")
                }
            } catch {
                // What it ended with is worth more than that the store could not be told.
                return ending.problem == nil && state != .interrupted ? CoordinatorLoop.Ending(error) : ending
            }
            guard waits(until: { watch.mayTry(at: clock.now) }) else { return .interrupted }
        }
    }

    /// Waits for a condition; false when somebody wants the run to stop meanwhile.
    private func waits(until isTime: () -> Bool) -> Bool {
        while !isTime() {
            for case .stop in mailbox.takeAll() { return false }
            Thread.sleep(forTimeInterval: 0.1)
        }
        return true
    }
}
