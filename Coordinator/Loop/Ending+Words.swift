// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import ResultStore

extension CoordinatorLoop.Ending {
    /// Whether what workers printed may say more of it.
    var isFailure: Bool {
        switch self {
        case .failed, .broken: true
        case .complete, .interrupted, .cancelled, .takenOver: false
        }
    }

    /// Whether the run is over: the same command would begin another.
    var isFinal: Bool {
        switch self {
        case .complete, .failed, .cancelled: true
        case .interrupted, .takenOver, .broken: false
        }
    }

    /// The ending by an error.
    init(_ error: any Error) {
        if case ResultStoreError.runTakenOver = error {
            self = .takenOver("\(error)")
        } else {
            let failure = error as? CommandFailure ?? .failed("\(error)")
            self = .broken(failure.description, code: failure.exitCode.rawValue)
        }
    }

    /// How the store spells it; nil when the run is not this coordinator's to say that of.
    var state: RunState? {
        switch self {
        case .complete: .complete
        case .failed: .failed
        case .interrupted, .broken: .interrupted
        case .cancelled: .cancelled
        case .takenOver: nil
        }
    }

    /// How scripts read it.
    var word: String { state?.rawValue ?? "taken-over" }

    /// Why, where it is no ordinary ending.
    var problem: String? {
        switch self {
        case .takenOver(let line), .broken(let line, _): line
        case .complete, .failed, .interrupted, .cancelled: nil
        }
    }

    /// What workers are told.
    var farewell: String {
        if case .takenOver = self { return "another coordinator has taken the run over" }
        return "the run has ended"
    }

    /// Scripts may rely on the codes; 0 is success.
    var exitCode: Int32 {
        switch self {
        case .complete: 0
        case .failed: 1
        case .cancelled: 3
        case .takenOver: 4
        case .interrupted: 130
        case .broken(_, let code): code
        }
    }
}
