// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A job script: what `sbatch` is given, and what a person can read, change and submit himself.
///
/// Whoever may see the job may read it (`scontrol write batch_script`), so there is no secret in it: keys are named by
/// their files.
package struct SlurmScript: Hashable, Sendable {
    /// Who runs in the job.
    package enum Role: Hashable, Sendable {
        /// An array of workers, of which at most so many at a time.
        case workers(count: Int, atOnce: Int?)
        /// One coordinator.
        case coordinator
    }

    package var role: Role
    /// The job's name.
    package var name: String
    package var times: SlurmTimes
    /// What the user asked of `sbatch`, beside what is always there.
    package var settings: [SlurmSetting]
    /// Lines of shell that come before the program, such as `module load`.
    package var setup: [String]
    /// Variables that the program needs.
    package var environment: [(name: String, value: String)]
    /// Where output goes, an absolute path on a disk that the nodes share.
    package var logs: String
    /// The program and its arguments, but for what follows.
    package var command: [String]
    /// The file where the coordinator's endpoint appears, which the program connects to; nil where `command` says it.
    package var endpointFile: String?

    package init(
        role: Role,
        name: String,
        times: SlurmTimes,
        settings: [SlurmSetting] = [],
        setup: [String] = [],
        environment: [(name: String, value: String)] = [],
        logs: String,
        command: [String],
        endpointFile: String? = nil
    ) {
        (self.role, self.name, self.times, self.settings) = (role, name, times, settings)
        (self.setup, self.environment, self.logs, self.command) = (setup, environment, logs, command)
        self.endpointFile = endpointFile
    }

    package static func == (one: SlurmScript, other: SlurmScript) -> Bool { one.text == other.text }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }

    /// The script, with its end of line.
    package var text: String {
        ([["#!/bin/bash -l"], heading, options, preparations, [program]].map { $0.joined(separator: "\n") })
            .joined(separator: "\n\n") + "\n"
    }

    private var heading: [String] {
        let what = role == .coordinator ? "A coordinator" : "Workers"
        return ["# \(what) of BitSweep, as 'coordinator launch slurm' submits it. Without it: sbatch THIS-FILE"]
    }

    private var options: [String] {
        var own: [SlurmSetting] = [
            .init(key: "job-name", value: name), .init(key: "time", value: times.limitText),
            // To the program alone, which exec puts in the place of this shell: the rest of the job never sees it.
            .init(key: "signal", value: "B:TERM@\(Int(times.warning / .seconds(1)))"),
            .init(key: "requeue", value: nil), .init(key: "open-mode", value: "append"),
            // The submitting shell's variables may hold anything; the nodes' own are set by a login shell.
            .init(key: "export", value: "NONE"), .init(key: "nodes", value: "1"), .init(key: "ntasks", value: "1"),
        ]
        switch role {
        case .workers(let count, let atOnce):
            own.insert(.init(key: "array", value: "1-\(count)" + (atOnce.map { "%\($0)" } ?? "")), at: 1)
            own.append(.init(key: "output", value: "\(logs)/%A_%a.log"))
        case .coordinator:
            own.append(.init(key: "output", value: "\(logs)/%j.log"))
        }
        let asked = Set(settings.map(\.key))
        return (own.filter { !asked.contains($0.key) } + settings).map(\.line)
    }

    private var preparations: [String] {
        var lines = ["echo \"$(date '+%F %T') on $(hostname), start $((${SLURM_RESTART_COUNT:-0} + 1)) of this job\""]
        lines += environment.map { "export \($0.name)=\(ShellWord.quoted($0.value))" }
        lines += setup
        if let endpointFile {
            lines += [
                "", "# The coordinator's job writes the file, whole, when it listens.",
                "until [ -s \(ShellWord.quoted(endpointFile)) ]; do",
                "    if [ $SECONDS -gt \(min(seconds, Self.patience)) ]; then echo 'no coordinator appeared' >&2; exit 1; fi",
                "    sleep 2", "done",
            ]
        }
        return lines
    }

    /// The last line; SECONDS is what has passed since this shell began.
    private var program: String {
        var line = "exec \(ShellWord.line(command))"
        guard role != .coordinator else { return line }
        if let endpointFile { line += " --connect \"$(cat \(ShellWord.quoted(endpointFile)))\"" }
        return "# It leaves by its own clock, before Slurm's.\n\(line) --walltime $((\(seconds) - SECONDS))"
    }

    /// Seconds after which a coordinator should have written its file.
    private static let patience = 600

    private var seconds: Int { Int(times.computing / .seconds(1)) }
}
