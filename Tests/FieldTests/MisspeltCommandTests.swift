// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@Suite("A command line with a mistake", .timeLimit(.minutes(2)))
struct MisspeltCommandTests {
    @Test(
        "names what was probably meant and where the help is, in a line",
        arguments: [
            (Executable.coordinator, "rnu", "'rnu' is no command of coordinator; did you mean 'run'?", ""),
            (.coordinator, "rnu x.yaml --store y", "'rnu' is no command of coordinator; did you mean 'run'?", ""),
            (.coordinator, "keys nwe", "'nwe' is no command of coordinator keys; did you mean 'new'?", " keys"),
            (.coordinator, "help exprot", "'exprot' is no command of coordinator; did you mean 'export'?", ""),
            (.coordinator, "run x.yaml --stoer y", "Unknown option '--stoer'; did you mean '--store'?", " run"),
            (.coordinator, "run", "Missing expected argument '<sweep>'", " run"),
            (.coordinator, "keys new --nmae x", "Unknown option '--nmae'; did you mean '--name'?", " keys new"),
            (.coordinator, "--verison", "Unknown option '--verison'; did you mean '--version'?", ""),
            (.worker, "trian x", "'trian' is no command of worker; did you mean 'train'?", ""),
            (.worker, "evaluate m --datsaet x", "Unknown option '--datsaet'; did you mean '--dataset'?", " evaluate"),
        ]
    )
    func mistake(_ executable: Executable, _ line: String, _ message: String, _ subcommand: String) async throws {
        let outcome = try await executable.run(line.split(separator: " ").map(String.init))
        #expect(outcome.code == 2)
        let help = "'\(executable.url.lastPathComponent)\(subcommand) --help'"
        #expect(outcome.errorLines == [message.hasSuffix("?") ? "\(message) See \(help)" : "\(message); see \(help)"])
    }

    @Test("a word that is near no command is answered with all of them")
    func unknown() async throws {
        let outcome = try await Executable.worker.run(["frobnicate"])
        #expect(outcome.code == 2)
        #expect(
            outcome.errorLines == [
                "'frobnicate' is no command of worker; there are run, doctor, train, sample, evaluate, score, inspect, import; "
                    + "see 'worker --help'"
            ]
        )
    }
}
