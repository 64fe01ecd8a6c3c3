// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

/// A limit that a command line gives instead of the file.
@Suite struct LimitedTextTests {
    private let rest = """
        # The models.
        models: {m: {family: resnet}}
        blocks: [{models: m, datasets: mnist, transforms: identity}]
        """

    private func limited(_ text: String, to limit: Int = 7) throws -> String {
        try LimitedText(text, file: "sweep.yaml").limited(to: limit)
    }

    @Test(
        "the limit takes the place of what the file says, however it says it, and the split stays",
        arguments: [
            ("images: {split: train}", "train"), ("images: {split: test, per-class-limit: 100}", "test"),
            ("images:\n  split: train\n\n  # Few.\n  per-class-limit: 3\n", "train"),
            ("images: {\n  split: train,\n  per-class-limit: 3 }", "train"), ("# No images.", "test"),
        ]
    )
    func replaced(_ images: String, _ split: String) throws {
        let text = try limited("version: 1\nname: s\n\(images)\n\(rest)\n")
        let sweep = try Sweep(parsing: text, file: "sweep.yaml")
        #expect(sweep.images == ImageSelection(split: split, rule: .perClass(limit: 7)))
        #expect(text.hasSuffix("\(rest)\n"))
    }

    @Test("a text that is limited already stays as it is")
    func again() throws {
        let once = try limited("version: 1\nname: s\n\(rest)")
        #expect(try limited(once) == once)
    }

    @Test("listed indices, and a file in braces, are refused in one line")
    func refused() {
        for (text, reason) in [
            ("version: 1\nname: s\nimages: {indices: [1]}\n\(rest)", "sweep.yaml:3:10: images takes 'indices'"),
            ("{version: 1, images: {split: test}}", "sweep.yaml:1:14: --per-class-limit needs 'images'"),
        ] {
            let error = #expect(throws: SweepFileError.self) { try limited(text) }
            #expect(error?.description.hasPrefix(reason) == true, "\(error?.description ?? "")")
        }
    }
}
