// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Answers
import ArgumentParser
import CommandLine

/// `coordinator decompose`: which term of a Glow's likelihood a transformation moved.
struct DecomposeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decompose",
        abstract: "Show which terms of a Glow's likelihood each transformation moved, by level.",
        discussion: """
            A Glow's bits per dimension are the sum of log-determinants, squared latents and
            log-scales of its levels (docs/NUMBERS.md). For each cell the table has the mean
            change of each, for all levels together (level "all") and level by level, as they
            enter the bits per dimension: what makes images less likely is above 0. They
            add up to the mean change. Classes have rows where --where names them.

            Examples:
              coordinator decompose --where 'model=glow-affine* transform=zero-latents'
              coordinator decompose --where 'transform=noise class=1' --json
            """
    )

    @OptionGroup var options: AnswerOptions
    @OptionGroup var bootstrap: ReplicateOptions

    func run() async throws {
        try await answering {
            let answer = try options.answers(bootstrap.settings).decompositions()
            try options.form.print(answer, empty: "No transformed cell of a Glow has results yet.")
        }
    }
}
