// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Launching
import TestSupport
import Testing

@Suite struct SlurmScriptTests {
    private func script(
        in folder: TemporaryFolder,
        count: Int = 3,
        settings: [String] = [],
        endpointFile: String? = nil
    ) throws -> SlurmScript {
        let program = try folder.write("#!/bin/sh\nprintf '%s\\n' \"$$\" \"$BITSWEEP_DATA\" \"$@\"\n", to: "program")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        return SlurmScript(
            role: .workers(count: count, atOnce: 2),
            name: "bitsweep-glyphs",
            times: try SlurmTimes(limit: .seconds(3600)),
            settings: try settings.map { try SlurmSetting($0) },
            setup: ["shopt -s expand_aliases"],
            environment: [("BITSWEEP_DATA", "/data/it's here")],
            logs: folder.path("logs"),
            command: [program, "run", "--key", "/home/me/my keys/worker.key"],
            endpointFile: endpointFile
        )
    }

    /// What bash makes of a script; `$$` of a program that was put in its place is bash's own.
    private func run(_ script: SlurmScript, in folder: TemporaryFolder) async throws -> [String] {
        let file = try folder.write(script.text, to: "script.sh")
        let line = "echo $$; exec /bin/bash \(file)"
        let outcome = try await ExternalCommand("bash", ["-c", line]).run()
        #expect(outcome.isSuccess, "\(outcome.errors)")
        return outcome.output.split(separator: "\n").map(String.init)
    }

    @Test func `the script puts the program in the place of its shell, with what is left of the time`() async throws {
        let folder = try TemporaryFolder()
        let lines = try await run(script(in: folder), in: folder)
        #expect(lines.count == 9)
        #expect(lines[1].contains("start 1 of this job"))
        #expect(lines[2] == lines[0], "the program has the shell's process")
        #expect(lines[3] == "/data/it's here")
        #expect(lines[4...7] == ["run", "--key", "/home/me/my keys/worker.key", "--walltime"])
        // An hour less four minutes, and what bash needed to come so far.
        #expect((3350...3360).contains(try #require(Int(lines[8]))))
    }

    @Test func `it asks for an array, a warning to the program alone and requeueing, and for no memory`() throws {
        let folder = try TemporaryFolder()
        let text = try script(in: folder, settings: ["account=vision", "exclusive", "comment=two words"]).text
        for line in [
            "--array=1-3%2", "--time=01:00:00", "--signal=B:TERM@180", "--requeue", "--open-mode=append",
            "--export=NONE", "--output=\(folder.path("logs"))/%A_%a.log", "--account=vision", "--exclusive",
            "--comment=\"two words\"",
        ] {
            #expect(text.contains("\n#SBATCH \(line)\n"), "\(line)")
        }
        #expect(!text.contains("--mem"))
    }

    @Test func `what the user asks of sbatch replaces what is usual`() throws {
        let folder = try TemporaryFolder()
        let text = try script(in: folder, settings: ["ntasks=2"]).text
        #expect(text.contains("#SBATCH --ntasks=2\n") && !text.contains("--ntasks=1"))
    }

    @Test func `a worker waits for the coordinator's file and connects to what stands in it`() async throws {
        let folder = try TemporaryFolder()
        let script = try script(in: folder, endpointFile: folder.path("the endpoint"))
        async let lines = run(script, in: folder)
        try await Task.sleep(for: .milliseconds(300))
        try folder.write("tcp://node7:40123\n", to: "the endpoint")
        #expect(try await lines.suffix(4).prefix(2) == ["--connect", "tcp://node7:40123"])
    }

    @Test(
        arguments: [
            (60, nil, nil), (120, 60, 30), (121, 90, 45), (240, 120, 60), (600, 240, 180), (86400, 240, 180),
        ] as [(Int, Int?, Int?)]
    )
    func `a worker leaves before Slurm's warning, and that comes before the end`(
        _ seconds: Int,
        _ margin: Int?,
        _ warning: Int?
    ) throws {
        let times = try? SlurmTimes(limit: .seconds(seconds))
        #expect(times?.margin == margin.map { .seconds($0) })
        #expect(times?.warning == warning.map { .seconds($0) })
    }

    @Test func `a limit is written as Slurm writes it`() throws {
        #expect(try SlurmTimes(limit: .seconds(90 * 60)).limitText == "01:30:00")
        #expect(try SlurmTimes(limit: .seconds(36 * 3600 + 1)).limitText == "1-12:01:00")
        #expect(throws: LaunchError.self) { try SlurmTimes(limit: .seconds(600), margin: .seconds(400)) }
    }

    @Test(arguments: ["array=1-4", "mem", "--signal=TERM", "x y=1", "a=b\nc", "time=1", "=1"])
    func `options that the script has itself, and what is none, are refused`(_ text: String) throws {
        if text == "mem" {
            #expect(try SlurmSetting(text).key == "mem")
        } else {
            #expect(throws: LaunchError.self) { try SlurmSetting(text) }
        }
    }

    @Test(arguments: ["plain", "two words", "it's", "$HOME", "a;b", "", "`x`", "\\", "*"])
    func `a quoted word is what a shell reads`(_ word: String) async throws {
        let line = "printf '%s|' \(ShellWord.line([word, "x"]))"
        #expect(try await ExternalCommand("sh", ["-c", line]).run().output == "\(word)|x|")
    }
}
