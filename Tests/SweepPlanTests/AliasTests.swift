// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

@Suite struct AliasTests {
    /// A file of one block, whose transforms begin in line 9.
    private static func file(_ transforms: String, before: String = "# R&D, 2*D") -> String {
        """
        version: 1
        name: x
        \(before)
        models:
          g: {checkpoint: g.safetensors}
        blocks:
          - models: [g]
            datasets: [mnist]
            transforms: \(transforms)
        """
    }

    private func cells(_ yaml: String) throws -> Set<String> {
        let grid = try Sweep(parsing: yaml, file: "x").grid
        return Set((0..<grid.pointCount).compactMap { grid[$0].map { "\($0.transform)" } })
    }

    @Test(
        "stars and ampersands that are no aliases mean nothing",
        arguments: [
            "# R&D with *D, and 2*D", "x-note: 'R&D *D'", "x-note: \"&D *D\"", "x-note: |\n  &D\n  *D\n  2*D",
            "x-note: R&D 2*D", "# &D\nx-note: [a&D, 'b*D']",
        ]
    )
    func noAliases(text: String) throws {
        #expect(try cells(Self.file("[identity]", before: text)) == ["identity"])
        let quoted = Sweep.problems(of: Self.file("[identity, 'R*D']", before: text))
        #expect(quoted.first?.contains("unknown transform 'R*D'") == true)
    }

    @Test("an alias is what its anchor is, a merge key takes entries over, and a mapping's own go before them")
    func meaning() throws {
        let written = Self.file(
            """

                  - noise: {scale: [1e-3, 1e-2], mask: [none, background]}
                  - noise: {scale: 1e-4, mask: [none, background]}
            """
        )
        let aliased = Self.file(
            """

                  - noise: &base {scale: &scales [1e-3, &large 1e-2], mask: &masks [none, background]}
                  - noise: {<<: *base, scale: 1e-4}
            """
        )
        #expect(try cells(aliased) == cells(written))
        let lists = Self.file(
            "[noise: {<<: [*first, *second], mask: *masks}]",
            before: """
                x-first: &first {scale: 1e-3}
                x-second: &second {scale: 1, mask: foreground, clamp: true}
                x-masks: &masks [none, background]
                """
        )
        let plain = Self.file("[noise: {scale: 1e-3, mask: [none, background], clamp: true}]")
        #expect(try cells(lists) == cells(plain))
        let keys = Self.file("[&t translate: {dx: 1}, *t : {dx: 2}]")
        #expect(try cells(keys) == cells(Self.file("[translate: {dx: [1, 2]}]")))
    }

    @Test("the newest anchor above counts, and an anchor named again later does not change what stood before")
    func newestAnchor() throws {
        let yaml = Self.file("[noise: {scale: &s 1e-3}, translate: {dx: &s 1}, zero-latents: {levels: *s}]")
        #expect(try cells(yaml).contains { $0.hasPrefix("zero-latents levels=1") })
    }

    @Test("a problem of what an alias stands for has the place of the alias, and says where it is written")
    func places() {
        let yaml = Self.file(
            """

                  - noise: &base {scale: 1e-3, maks: none}
                  - noise: {<<: *base, clamp: 7}
                  - noise: *base
            """
        )
        #expect(
            Sweep.problems(of: yaml) == [
                "10:36: unknown axis 'maks'; did you mean 'mask'?",
                "11:21: unknown axis 'maks'; did you mean 'mask'? (an alias takes it from 10:36)",
                "11:35: clamp must be true or false, not '7'",
                "12:16: unknown axis 'maks'; did you mean 'mask'? (an alias takes it from 10:36)",
            ]
        )
        #expect(
            Sweep.problems(of: Self.file("[noise: {<<: 5, scale: 1e-3}]"))
                == ["9:30: '<<' takes a mapping, or a list of them, not '5'"]
        )
    }

    @Test("aliases that would make a small file a huge one are refused at once", .timeLimit(.minutes(1)))
    func bomb() {
        var yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            yaml += "a\(level): &a\(level) [\(aliases)]\n"
        }
        let problems = Sweep.problems(of: yaml + "? *a30\n: 1")
        #expect(problems.count == 1 && problems[0].hasSuffix("stand for more than 200000 values"), "\(problems)")
    }

    @Test("aliases that would nest a file deeper than any file are refused", .timeLimit(.minutes(1)))
    func depth() {
        func nested(_ inner: String) -> String {
            String(repeating: "[", count: 900) + inner + String(repeating: "]", count: 900)
        }
        let problems = Sweep.problems(of: "a: &a \(nested("x"))\nb: &b \(nested("*a"))")
        #expect(problems == ["2:907: the file's aliases make it more than 1000 levels deep"])
    }
}
