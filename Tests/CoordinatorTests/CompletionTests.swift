// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// What shells complete, by real shells.
@Suite("completion", .timeLimit(.minutes(5)))
struct CompletionTests {
    private static func has(_ shell: String) -> Bool {
        ["/bin", "/usr/bin", "/usr/local/bin"].contains {
            FileManager.default.isExecutableFile(atPath: "\($0)/\(shell)")
        }
    }

    /// What bash offers for a line whose last word is being typed.
    private func bash(_ words: [String], in folder: TemporaryFolder) async throws -> [String] {
        // As readline has it, '=' breaks words; the generated function undoes that.
        let line = words.joined(separator: " ")
        let script = """
            cd '\(folder.url.path)'; mkdir -p bin; ln -sf "$COORDINATOR" bin/coordinator; PATH="$PWD/bin:$PATH"
            source <(coordinator --generate-completion-script bash)
            COMP_LINE='\(line.replacing("'", with: "'\\''"))'; COMP_POINT=${#COMP_LINE}
            COMP_WORDS=(\(words.map { "'\($0)'" }.joined(separator: " "))); COMP_CWORD=\(words.count - 1); COMP_TYPE=9
            function=$(complete -p coordinator | sed -E 's/.*-F ([^ ]+) .*/\\1/')
            "$function" coordinator '\(words[words.count - 1])' '\(words[words.count - 2])'
            printf '%s\\n' "${COMPREPLY[@]}"
            """
        let outcome = try await Executable.shell(script).outcome()
        #expect(outcome.errors.isEmpty, "\(outcome.errors)")
        return outcome.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    @Test("bash knows the runs of the store, its models and transformations, and the paths of the sweep file")
    func bash() async throws {
        let sweep = try SmallSweep(perClass: 1)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        let listing = try await Executable.coordinator.run(["runs", "--json", "--store", sweep.store()])
        let id = try #require(listing.output.firstMatch(of: /"id":"([^"]+)"/)?.1)
        let (folder, store) = (sweep.folder, ["--store", sweep.store()])

        let runs = try await bash(["coordinator", "export"] + store + ["--run", "sm"], in: folder)
        #expect(runs.contains(String(id)) && runs.contains("small"), "\(runs)")
        let places = try await bash(["coordinator", "export"] + store + ["--run", "@"], in: folder)
        #expect(places == ["@1"], "\(places)")
        let transforms = try await bash(["coordinator", "effects"] + store + ["--where", "trans"], in: folder)
        #expect(transforms.contains("translate") && transforms.contains { $0.hasPrefix("transform=") }, "\(transforms)")
        let cells = try await bash(["coordinator", "explain"] + store + ["zero"], in: folder)
        #expect(cells == ["zero-latents"], "\(cells)")
        let planned = try await bash(["coordinator", "plan", sweep.file, "--only", "no"], in: folder)
        #expect(planned == ["noise"], "\(planned)")
        let paths = try await bash(["coordinator", "run", sweep.file, "--set", "blocks[0].se"], in: folder)
        #expect(paths.contains { $0.hasPrefix("blocks[0].seeds") }, "\(paths)")
    }

    @Test("values of a key are completed behind the words that stand there, and nothing is said where nothing is known")
    func values() async throws {
        let sweep = try SmallSweep(perClass: 1)
        #expect(try await Executable.coordinator.run(sweep.run(["--local-workers", "1", "--quiet"])).code == 0)
        func offered(_ word: String, store: String) async throws -> [String] {
            let outcome = try await Executable.coordinator.run(
                [
                    "---completion", "effects", "--", "--where", "4", "\(word.count)", "coordinator", "effects",
                    "--store", store, "--where", word,
                ]
            )
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
            return outcome.output.split(separator: "\n").map(String.init)
        }
        #expect(try await offered("model=", store: sweep.store()) == ["model=glow"])
        #expect(try await offered("noise mask=", store: sweep.store()) == ["noise mask=none", "noise mask=background"])
        #expect(try await offered("dx=-1,", store: sweep.store()) == ["dx=-1,-1", "dx=-1,-2"])
        #expect(try await offered("model=", store: "nowhere.sqlite").isEmpty)
        let broken = try sweep.folder.write("no store", to: "broken.sqlite")
        #expect(try await offered("model=", store: broken).isEmpty)
    }

    @Test(
        "zsh and fish take the scripts that are generated for them",
        .enabled(if: has("zsh") && has("fish"), "needs zsh and fish")
    )
    func others() async throws {
        let folder = try TemporaryFolder()
        for (shell, check) in [("zsh", "zsh -n"), ("fish", "fish --no-execute")] {
            let path = folder.path("script.\(shell)")
            let outcome = try await Executable.shell(
                "\"$COORDINATOR\" --generate-completion-script \(shell) > '\(path)' && \(check) '\(path)'"
            ).outcome()
            #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(shell): \(outcome.errors)")
        }
    }
}
