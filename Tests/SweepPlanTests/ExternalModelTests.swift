// BitSweep
// SPDX-License-Identifier: Apache-2.0

import SweepPlan
import Testing
import Vocabulary

@Suite struct ExternalModelTests {
    private static let blocks = "[{models: [mine], datasets: [mnist], transforms: [identity]}]"

    private func read(_ entry: String, blocks: String = blocks) throws -> Sweep {
        let text = """
            version: 1
            name: own
            models:
              mine: \(entry)
            blocks: \(blocks)
            """
        let facts = SweepFacts { reference in
            Result { try #require(reference.external).facts }
        } dataset: { _, _ in
            .success(DatasetFacts(height: 28, width: 28, channels: 1, classes: 10, count: 10))
        }
        return try Sweep(parsing: text, file: "sweep.yaml", facts: facts)
    }

    private func problem(_ entry: String, blocks: String = blocks) -> String {
        do {
            _ = try read(entry, blocks: blocks)
            return "none"
        } catch {
            return "\(error)"
        }
    }

    @Test func `An external model has the scorer, version, digest, input and tolerance that its entry names`() throws {
        let digest = String(repeating: "0f", count: 32)
        let entry =
            "{external: resnet-flow, version: '2026-11', digest: \(digest), tolerance: 1e-3, "
            + "input: {height: 32, width: 30, range: [-1, 1], preprocessing: pad}}"
        let reference = try #require(try read(entry).models["mine"])
        let model = try #require(reference.external)
        #expect(model.scorer == "resnet-flow" && model.version == "2026-11" && reference.tolerance == 1e-3)
        #expect(model.declared == Digest(hexadecimal: digest))
        let input = ExternalModel.Input(height: 32, width: 30, black: -1, white: 1, preprocessing: .pad)
        #expect(model.input == input)
    }

    @Test func `What an entry leaves out is one channel, 8-bit values, resizing and a tolerance of 1e-5`() throws {
        let reference = try #require(
            try read("{external: flow, version: 1, input: {height: 32, width: 32}}").models["mine"]
        )
        let input = try #require(reference.external).input
        #expect(input.channels == 1 && input.black == 0 && input.white == 255 && input.preprocessing == .resize)
        #expect(reference.tolerance == 1e-5)
        #expect(try #require(reference.external).declared == nil)
    }

    @Test(arguments: [
        ("{external: flow, input: {height: 8, width: 8}}", "needs 'version'"),
        ("{external: flow, version: 1}", "needs 'input'"),
        ("{external: a flow, version: 1, input: {height: 8, width: 8}}", "no spaces"),
        ("{external: flow, version: 1, input: {height: 0, width: 8}}", "height must be within 1 to 256"),
        ("{external: flow, version: 1, input: {height: 8, width: 8, channels: 2}}", "channels must be 1 or 3"),
        ("{external: flow, version: 1, input: {height: 8, width: 8, range: [255, 0]}}", "begin with the smaller"),
        ("{external: flow, version: 1, input: {height: 8, width: 8, range: 255}}", "as in [0, 255]"),
        ("{external: flow, version: 1, digest: abc, input: {height: 8, width: 8}}", "64 hexadecimal digits"),
        ("{external: flow, version: 1, input: {height: 8, width: 8}, draws: 8}", "its scorer decides"),
        ("{external: flow, version: 1, input: {height: 8, width: 8}, likelihood: interval}", "its scorer decides"),
        ("{external: flow, version: 1, input: {height: 8, width: 8}, conditioning: marginal}", "class-conditional"),
        ("{external: flow, version: 1, input: {height: 8, width: 8}, tolerance: 2}", "tolerance must be within"),
        ("{family: glow, version: 1}", "an external model alone"),
        ("{family: external}", "unknown family 'external'"),
    ]) func `An entry that means nothing is refused with a reason`(_ entry: String, _ reason: String) {
        #expect(problem(entry).contains(reason))
    }

    @Test func `Latents of an external model cannot be zeroed, and the sweep says why`() {
        let text = problem(
            "{external: flow, version: 1, input: {height: 32, width: 32}}",
            blocks: "[{models: [mine], datasets: [mnist], transforms: [zero-latents: {levels: 1}]}]"
        )
        #expect(text.contains("zero-latents needs latents, and model 'mine' (external) has none"))
    }
}
