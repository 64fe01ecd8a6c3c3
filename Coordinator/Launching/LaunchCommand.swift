// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// `coordinator launch`: workers on other machines.
struct LaunchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "launch",
        abstract: "Start workers on other machines, list them, and end them.",
        discussion: """
            A scheduler, or each machine itself, places the workers; the coordinator only
            feeds them. What is launched is recorded in the store.

            Examples:
              coordinator launch ssh hosts.txt --join worker.join
              coordinator launch slurm --workers 8 --time 4h
              coordinator launch status
              coordinator launch cancel
            """,
        subcommands: [
            LaunchSSHCommand.self, LaunchSlurmCommand.self, LaunchStatusCommand.self, LaunchCancelCommand.self,
        ]
    )
}
