// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Foundation
import Launching
import ResultStore
import Vocabulary

/// `coordinator launch slurm`: workers as an array of jobs.
struct LaunchSlurmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "slurm",
        abstract: "Have Slurm start workers: a job array that leaves by its own clock, and is requeued.",
        discussion: """
            Writes a script that you can read, and submits it; --dry-run prints it instead.
            Then it waits until a worker has joined, and shows the logs where three ended
            without; Ctrl-C stops the waiting and not the workers. --watch goes on, and
            replaces workers whose time is over for as long as the run lasts.

            The script names the key's file and no secret. Workers ask for no memory unless
            --memory is given. Options of 'worker run' may follow after --.

            Where login nodes let nothing run for long, --coordinator-job has Slurm start the
            coordinator as well; workers find it by a file in --folder.

            Examples:
              coordinator launch slurm --workers 8 --time 4h
              coordinator launch slurm --workers 100 --at-once 20 --time 1h \\
                --partition short --cpus 8 --setup 'module load gcc' --watch
              coordinator launch slurm --workers 8 --time 4h --sbatch account=vision \\
                --dry-run -- --cache /scratch/me
              coordinator launch slurm --workers 8 --time 4h --coordinator-job sweep.yaml
            """
    )

    @Option(help: ArgumentHelp("How many workers.", valueName: "N"))
    var workers: Int

    @Option(help: ArgumentHelp("At most so many of them at a time. (default: as many as fit)", valueName: "N"))
    var atOnce: Int?

    @OptionGroup var slurm: SlurmOptions

    @OptionGroup var records: LaunchRecords

    @OptionGroup(title: "Coordinator") var coordinator: SlurmCoordinatorOptions

    @OptionGroup(title: "Connection") var access: SlurmAccessOptions

    @Option(help: ArgumentHelp("Directory with data sets on the nodes, for --data of each worker.", valueName: "DIR"))
    var data: String?

    @Option(
        help: ArgumentHelp("The worker's executable on the nodes. (default: the one beside this)", valueName: "FILE")
    )
    var executable: String?

    @Option(
        help: ArgumentHelp("Workers leave after this time with nothing to compute.", valueName: "DURATION"),
        transform: { try DurationOption(text: $0) }
    )
    var idleTimeout = DurationOption(.seconds(300))

    @Flag(help: "Print the script, and submit nothing.")
    var dryRun = false

    @Flag(help: "Return as soon as the job is submitted.")
    var detach = false

    @Flag(help: "Stay until the run is over, and replace workers whose time is over.")
    var watch = false

    @Flag(help: "Launch although the last three workers never joined.")
    var again = false

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("Options of 'worker run', after --.", valueName: "worker-option")
    )
    var workerOptions: [String] = []

    func validate() throws {
        guard (1...100_000).contains(workers) else { throw ValidationError("--workers takes 1 to 100000") }
        guard (1...100_000).contains(atOnce ?? 1) else { throw ValidationError("--at-once takes 1 to 100000") }
        if watch, detach { throw ValidationError("--watch and --detach exclude each other") }
    }

    func run() async throws {
        try await reportingErrors {
            let launch = try SlurmLaunch(self)
            if dryRun { return try Terminal.output.write(launch.preview()) }
            try await launch.perform()
        }
    }
}
