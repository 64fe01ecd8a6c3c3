// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
import WireProtocol

extension TrainingStatus {
    /// The training in a line for people, such as `training glow: step 120 of 6,000, loss 2.315, 210 img/s, ETA 30:10, at a
    /// (pid 7)`.
    var line: String {
        var pieces = ["training \(model): \(stateText)"]
        if state == .running, loss.isFinite, stepsDone > 0 {
            pieces.append("loss \(HumanText.fixed(loss, decimals: 3))")
        }
        if state == .running, imagesPerSecond > 0 { pieces.append("\(HumanText.rate(imagesPerSecond)) img/s") }
        if state == .running, let time = remaining { pieces.append("ETA \(HumanText.duration(time))") }
        if !worker.isEmpty { pieces.append("at \(worker)") }
        return pieces.joined(separator: ", ")
    }

    /// The training in a few words, for a progress line.
    var words: String {
        let eta = state == .running ? remaining.map { " ETA \(HumanText.duration($0))" } ?? "" : ""
        return "training \(model) \(steps > 0 ? "\(percentage) %" : state.rawValue)\(eta)"
    }

    private var remaining: Duration? { remainingSeconds.map { .seconds($0) } }

    /// Steps made, in hundredths, rounded down.
    private var percentage: Int { Int(100 * min(Double(stepsDone) / Double(steps), 1)) }

    private var stateText: String {
        guard state == .running, steps > 0 else { return state.rawValue }
        return "step \(HumanText.count(stepsDone)) of \(HumanText.count(steps))"
    }
}

extension [TrainingStatus] {
    /// The trainings that go on or wait, in a few words; empty when there are none.
    var words: String { open.map(\.words).joined(separator: ", ") }

    /// Those that go on or wait.
    var open: [TrainingStatus] { filter { $0.state == .running || $0.state == .waiting } }
}
