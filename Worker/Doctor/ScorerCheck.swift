// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Engine
import Logging
import Reporting
import Vocabulary

/// Whether scorers start and score two images: a black one and a ramp.
struct ScorerCheck {
    let options: ScorerOptions

    var findings: [Finding] { options.commands.map(finding) }

    private func finding(_ command: ScorerCommand) -> Finding {
        let check = "scorer"
        let lines = LastLines()
        let scorer = Scorer(command, timeout: options.scorerTimeout.duration, logger: lines.logger)
        defer { scorer.stop() }
        let advice = "run it by hand: \(Excerpt.short(command.command))"
        do throws(ScorerFault) {
            let begun = ContinuousClock.now
            let greeting = try scorer.start()
            let started = begun.duration(to: .now)
            let answer = try scorer.ask(.probe(of: greeting.model), greeting)
            let offer = "\(greeting.offer.caption), \(counted(greeting.batch, "image")) at a time"
            let columns = answer.columns.map(\.name).joined(separator: ", ")
            let found = "\(offer), started in \(HumanText.duration(started)); columns \(columns)"
            let values = answer.columns.flatMap(\.values)
            guard values.allSatisfy(\.isFinite) else {
                let problem = "not every value of a black image and of a ramp is finite"
                return Finding(check, .warning, "\(found); \(problem)", advice: nil)
            }
            return Finding(check, found)
        } catch {
            let last = lines.last.map { "; its last line: \(Excerpt.short($0))" } ?? ""
            return Finding(check, .wrong, "'\(command.name)' \(error)\(last)", advice: advice)
        }
    }
}
