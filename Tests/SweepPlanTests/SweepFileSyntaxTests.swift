// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import TestSupport
import Testing
import Vocabulary

@Suite struct SweepFileSyntaxTests {
    @Test(
        "a file that cannot be a sweep is refused with the reason",
        arguments: [
            ("", "1:1: the file is empty"),
            ("# only a comment\n", "1:1: the file is empty"),
            ("version", "1:1: a sweep file must be a mapping, not 'version'"),
            ("version: 2\nfuture: yes", "1:10: version 2 is not supported; version 1 is"),
            ("version: one", "1:10: version must be a whole number, not 'one'"),
            ("version: 1\nname: [x\nmodels: {}", "3:7: not valid YAML: "),
            ("version: 1\n\tname: x", "2:1: not valid YAML: "),
            ("version: 1\nname: \u{7}", "2:7: not valid YAML: control characters are not allowed"),
            ("version: 1\n---\nversion: 1", "2:1: not valid YAML: but found another document"),
            ("version: 1\nname: *x", "2:7: '*x' stands for nothing: no '&x' is above it"),
            ("version: 1\nname: &x [*x]", "2:11: '*x' stands for nothing: no '&x' is above it"),
            ("version: 1\nname: * x", "2:7: a text that begins with '*' is an alias's name in YAML; put the "),
            (String(repeating: "[", count: 20_000), "1:"),
            (String(repeating: "- ", count: 20_000), "1:"),
            (String(repeating: "#", count: 1 << 21), "1:1: the file has 2097152 bytes; at most 1048576 are read"),
            ("? {a: 1}\n: 2\nversion: 1", "1:1: a sweep file needs 'name'"),
        ]
    )
    func refusals(yaml: String, problem: String) {
        let found = Sweep.problems(of: yaml)
        #expect(found.first?.hasPrefix(problem) == true, "\(found.prefix(3))")
    }

    @Test("keys given twice hide no other problem, whatever their style and depth")
    func repeatedKeys() {
        let yaml = """
            version: 1
            name: x
            "name": y
            models:
              g: {checkpoint: g.safetensors, checkpoint: h, checkpoint: i}
              g: {checkpoint: g.safetensors}
            blocks:
              - models: [g]
                datasets: [mnist]
                transforms: [identity]
                sedes: [1]
            """
        // Windows line ends move nothing.
        let yamls = [yaml, yaml.split(separator: "\n").joined(separator: "\r\n")]
        #expect(
            yamls.map { Sweep.problems(of: $0) } == Array(repeating: Self.repeatedKeyProblems, count: 2)
        )
    }

    private static let repeatedKeyProblems = [
        "3:1: key 'name' is given twice; it stands in line 2 already",
        "5:34: key 'checkpoint' is given twice; it stands in line 5 already",
        "5:49: key 'checkpoint' is given twice; it stands in line 5 already",
        "6:3: key 'g' is given twice; it stands in line 5 already",
        "11:5: unknown key 'sedes'; did you mean 'seeds'?",
    ]

    @Test("no mutation of a valid file makes the reader trap", arguments: 0..<8 as Range<UInt64>)
    func mutations(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        for round in 0..<60 {
            var scalars = Array(RandomSweep(seed: UInt64(round)).yaml.unicodeScalars)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let alphabet = "{}[]:,-'\"#&*?|>!%@\n \t0z.\u{2028}é"
                let place = Int.random(in: scalars.indices, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: scalars[place] = Array(alphabet.unicodeScalars).pick(using: &random)
                case 1: scalars.insert(Array(alphabet.unicodeScalars).pick(using: &random), at: place)
                default:
                    scalars.removeSubrange(place..<min(scalars.count, place + Int.random(in: 1...9, using: &random)))
                }
            }
            let yaml = String(String.UnicodeScalarView(scalars))
            let lines = yaml.split(omittingEmptySubsequences: false) { $0.isNewline }.count
            do {
                #expect(try Sweep(parsing: yaml, file: "x").grid.tally().cells >= 0)
            } catch {
                #expect(
                    error.diagnostics.allSatisfy { (1...lines + 1).contains($0.position.line) },
                    "seed \(seed)\n\(yaml)"
                )
            }
        }
    }
}
