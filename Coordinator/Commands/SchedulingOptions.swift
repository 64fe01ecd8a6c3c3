// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Scheduling
import SweepPlan

/// How work is handed out; each option goes before the sweep file's `schedule`, and none changes a number.
struct SchedulingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Fraction of shards, 0 to 1, that a worker of another key and host computes again; the bits must agree.",
            valueName: "P"
        ),
        transform: { try DecimalOption.number($0) }
    )
    var audit: Double?

    @Flag(help: "Wait at the end for whoever may make the audits, and fail where one is missing or rows are disputed.")
    var auditRequired = false

    @Option(
        help: ArgumentHelp(
            "Longest time for one attempt, as 90s, 1h30m or 1:30:00. (default: as long as its worker shows life)",
            valueName: "DURATION"
        ),
        transform: { try DurationOption.duration($0) }
    )
    var timeLimit: Duration?

    @Option(
        help: ArgumentHelp(
            "Time without progress after which others get what a worker holds. (default: ten times what such shards take, "
                + "2m where nobody knows that, 5m for a training)",
            valueName: "DURATION"
        ),
        transform: { try DurationOption.duration($0) }
    )
    var stallAfter: Duration?

    @Option(help: ArgumentHelp("End the run when this many shards have failed.", valueName: "N"))
    var maxFailures: Int?

    @Option(
        help: ArgumentHelp(
            "Most images in a shard. (default: as many as a worker scores in about two seconds)",
            valueName: "N"
        )
    )
    var shardImages: Int?

    @Flag(
        help: ArgumentHelp(
            "Use a model that a run trains only when a second worker, of another key, repeated its last steps."
        )
    )
    var verifyTrainings = false

    func validate() throws {
        if let audit, !(0...1).contains(audit) { throw ValidationError("--audit takes 0 to 1, not \(audit)") }
        if let maxFailures, maxFailures < 1 {
            throw ValidationError("--max-failures takes 1 or more, not \(maxFailures)")
        }
        if let shardImages, !(1...65536).contains(shardImages) {
            throw ValidationError("--shard-images takes 1 to 65536, not \(shardImages)")
        }
    }

    /// The constants of the scheduler for a run of a sweep with `schedule`.
    func configuration(_ schedule: SweepSchedule) throws(CommandFailure) -> SchedulingConfiguration {
        var configuration = SchedulingConfiguration()
        configuration.auditFraction = audit ?? schedule.auditFraction
        configuration.requiresAudits = auditRequired
        guard !auditRequired || configuration.auditFraction > 0 else {
            throw .usage("--audit-required: nothing is to be audited; add --audit P, such as --audit 0.05")
        }
        configuration.timeLimit = timeLimit ?? schedule.timeLimit
        configuration.maximumFailures = maxFailures ?? schedule.maximumFailures
        if let stallAfter { (configuration.stallPatience, configuration.trainingPatience) = (stallAfter, stallAfter) }
        configuration.verifiesTrainings = verifyTrainings
        if let shardImages {
            configuration.maximumShardImages = shardImages
            configuration.firstShardImagesPerThread = min(configuration.firstShardImagesPerThread, shardImages)
        }
        return configuration
    }
}
