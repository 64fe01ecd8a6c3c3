// BitSweep
// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// Commands of users whose HOME is not that of their account: sandboxes, services, containers.
@Suite("The user's folders, by the real executables", .timeLimit(.minutes(2)))
struct UserFoldersTests {
    @Test("keys are made and found below HOME, and below XDG_CONFIG_HOME where that is set")
    func keys() async throws {
        let folder = try TemporaryFolder()
        let home = ["HOME": folder.path("home")]
        let made = try await Executable.coordinator.run(["keys", "new"], environment: home)
        #expect(made.code == 0, "\(made.errors)")
        #expect(folder.names(in: "home/.config/bitsweep/keys").contains("worker.key"))

        let both = home.merging(["XDG_CONFIG_HOME": folder.path("config")]) { $1 }
        let others = try await Executable.coordinator.run(["keys", "new", "--name", "gpu"], environment: both)
        #expect(others.code == 0, "\(others.errors)")
        #expect(folder.names(in: "config/bitsweep/keys").contains("gpu.key"))
        #expect(!folder.names(in: "home/.config/bitsweep/keys").contains("gpu.key"))

        let sweep = try SmallSweep(perClass: 1)
        let coordinator = try Executable.coordinator.start(sweep.run(["--json"]), environment: home)
        let endpoint = try await coordinator.endpoint()
        // Encrypted by the keys below HOME, and so the worker finds its key there, too.
        let worker = try Executable.worker.start(["run", "--connect", endpoint, "--threads", "1"], environment: home)
        let outcome = try await coordinator.outcome()
        #expect(outcome.code == 0, "\(outcome.errors)\(worker.errors)")
    }

    @Test("without a home, commands that need one say what to set or give, and the others go on")
    func noHome() async throws {
        let sweep = try SmallSweep(perClass: 1)
        let listen = "--listen tcp://127.0.0.1:0 --store \(sweep.store())"
        let line = "unset HOME XDG_CONFIG_HOME XDG_CACHE_HOME; "
        for (command, remedy) in [
            ("\"$COORDINATOR\" keys show", "give --keys DIR"),
            ("\"$COORDINATOR\" run \(sweep.file) \(listen)", "give --keys DIR"),
            ("\"$WORKER\" run --connect tcp://127.0.0.1:9", "give --key FILE, or --insecure"),
            ("HOME= \"$COORDINATOR\" keys new", "give --keys DIR"),
            ("\"$COORDINATOR\" plan --data='~/sets' \(sweep.file)", "write the path out"),
        ] {
            let outcome = try await Executable.shell(line + command).outcome()
            #expect(outcome.code == 2, "\(command): \(outcome)")
            #expect(outcome.errorLines.count == 1 && outcome.errors.contains("HOME names no absolute path"))
            #expect(outcome.errors.contains(remedy), "\(command): \(outcome)")
        }
        let run = "\"$COORDINATOR\" run \(sweep.file) \(listen) --insecure --local-workers 1"
        let outcome = try await Executable.shell(line + run).outcome()
        #expect(outcome.code == 0, "\(outcome.errors)")
    }

    @Test("~ is HOME where the shell leaves it to the program, and where there is no shell")
    func tilde() async throws {
        let folder = try TemporaryFolder()
        let environment = ["HOME": folder.path("home"), "BITSWEEP_KEYS": "~/variable"]
        for arguments in [["--keys=~/option"], ["--keys", "~/word"], []] {
            let made = try await Executable.coordinator.run(["keys", "new"] + arguments, environment: environment)
            #expect(made.code == 0, "\(made.errors)")
        }
        #expect(folder.names(in: "home") == ["option", "variable", "word"])
    }
}
