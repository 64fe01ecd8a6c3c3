// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import SweepPlan

@Suite("the schema of sweep files", .timeLimit(.minutes(3)))
struct SweepSchemaTests {
    private static let hasValidator = JSONSchemaValidator.isInstalled
    private static let need: Comment = "python3 with jsonschema is not installed"

    @Test("docs/sweep.schema.json is what the program prints")
    func documented() throws {
        let file = Checkout.root.appending(path: "docs/sweep.schema.json")
        let isSame = try String(contentsOf: file, encoding: .utf8) == SweepSchema.text()
        #expect(isSame, "write it again: coordinator schema > docs/sweep.schema.json")
    }

    @Test("every key of the schema says in a sentence what it means")
    func described() throws {
        let schema = try JSONSerialization.jsonObject(with: Data(SweepSchema.text().utf8))
        var (described, silent) = (0, [String]())
        func visit(_ value: Any, path: String) {
            if let list = value as? [Any] {
                for element in list { visit(element, path: path) }
            }
            guard let object = value as? [String: Any] else { return }
            for (key, property) in object["properties"] as? [String: [String: Any]] ?? [:] {
                let summary = property["description"] as? String ?? ""
                if summary.hasSuffix(".") || summary.hasSuffix("…") {
                    described += 1
                } else {
                    silent.append("\(path)/\(key): '\(summary)'")
                }
            }
            for (key, member) in object { visit(member, path: "\(path)/\(key)") }
        }
        visit(schema, path: "")
        #expect(silent == [])
        #expect(described > 100)
    }

    @Test("every sweep of the repository is valid", .enabled(if: hasValidator, need))
    func repository() throws {
        let folder = Checkout.root.appending(path: "Sweeps")
        let names = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        let files = names.filter { $0.hasSuffix(".yaml") }.sorted()
        let documents = try files.map { name in
            try JSONDocument(yaml: String(contentsOf: folder.appending(path: name), encoding: .utf8)).value
        }
        let verdicts = try JSONSchemaValidator().verdicts(documents)
        #expect(files.count > 20 && verdicts.count == files.count)
        for (file, verdict) in zip(files, verdicts) { #expect(verdict == nil, "\(file)") }
    }

    @Test("what the reader takes of the fuzzer's corpus, the schema takes too", .enabled(if: hasValidator, need))
    func corpus() throws {
        let texts = try Checkout.fuzzCorpus("sweep").map { try String(decoding: Data(contentsOf: $0), as: UTF8.self) }
        let taken = texts.filter { (try? Sweep(parsing: $0, file: "input.yaml")) != nil }
        #expect(taken.count > 2)
        let verdicts = try JSONSchemaValidator().verdicts(taken.map { try JSONDocument(yaml: $0).value })
        for (text, verdict) in zip(taken, verdicts) { #expect(verdict == nil, "\(text)") }
    }

    @Test(
        "reader and schema take and refuse the same of a file with one thing changed, whatever it is",
        .enabled(if: hasValidator, need)
    )
    func changes() throws {
        let original = try JSONDocument(yaml: Self.everything)
        let changed = original.changes
        #expect(changed.count > 800)
        let verdicts = try JSONSchemaValidator().verdicts([original.value] + changed.map(\.value))
        #expect(Self.refusal(of: original.value) == nil && verdicts[0] == nil)
        var refused = 0
        for (change, verdict) in zip(changed, verdicts.dropFirst()) {
            switch (Self.refusal(of: change.value), verdict) {
            case (nil, nil): break
            case (nil, let complaint?): Issue.record("\(change.path): only the schema refuses: \(complaint)")
            case (.some, .some): refused += 1
            case (let problems?, nil):
                // What no schema can know: what other places of the file say.
                #expect(
                    problems.allSatisfy(Self.isAboutTheWhole),
                    "\(change.path): only the reader refuses: \(problems)"
                )
            }
        }
        #expect(refused > 500)
    }

    @Test(
        "reader and schema take and refuse the same of what options write into a file",
        .enabled(if: hasValidator, need)
    )
    func settings() throws {
        let base = """
            version: 1
            name: settings
            models: {one: {family: glow}}
            blocks:
              - {models: one, datasets: mnist, transforms: [identity, noise: {scale: 1}], seeds: [0, 1]}

            """
        let taken = ["set: {'blocks[0].seeds': [2, 3]}", "only: transform=noise", "skip: [seed=1, transform=noise]"]
        let refused = ["set: 1", "set: [a]", "only: []", "skip: {}", "only: [[noise]]", "onyl: transform=noise"]
        let documents = try (taken + refused).map { try JSONDocument(yaml: base + $0).value }
        let verdicts = try JSONSchemaValidator().verdicts(documents)
        for (number, line) in (taken + refused).enumerated() {
            let isTaken = number < taken.count
            #expect((verdicts[number] == nil) == isTaken, "\(line): \(verdicts[number] ?? "")")
            #expect((Self.refusal(of: documents[number]) == nil) == isTaken, "\(line)")
        }
    }

    /// What the reader says of a document, written as JSON, which is YAML; nil where it takes it.
    private static func refusal(of value: JSONValue) -> [String]? {
        do throws(SweepFileError) {
            _ = try Sweep(parsing: JSONDocument(value: value).text, file: "changed.yaml")
            return nil
        } catch {
            return error.diagnostics.map(\.message)
        }
    }

    /// Whether a problem is one of places that do not fit one another, or of numbers between the ends of a spacing.
    private static func isAboutTheWhole(_ problem: String) -> Bool {
        [
            "unknown model", "unknown dataset", "no combination here", "equal numbers of values", "is given twice",
            "no transform of this block", "here has not all axes", "axis given twice", "needs latents", "lead away",
            "leads away", "again", "is zipped already", "beyond", "more than 1000000 values", "range of",
            "means nothing", "takes one point of it", "range must begin with the smaller number",
        ].contains { problem.contains($0) }
    }

    /// A file with everything that a file may say.
    private static let everything = """
        version: 1
        name: everything
        images: {split: train, indices: {range: [0, 9, 1]}}
        x-shift: &shift {dx: [-1, 2], fill: edge}
        models:
          one: {checkpoint: a.safetensors, conditioning: marginal, likelihood: interval, draws: 8}
          two: {recipe: recipe.yaml, dequantisation: centre}
          three: {family: pixelcnn}
          four:
            external: my-flow
            version: v2
            input: {height: 28, width: 28, channels: 3, range: [0, 255], preprocessing: pad}
            tolerance: 0.001
        datasets:
          mnist: {split: train}
          mine: {images: images.gz, labels: labels.gz, split: test}
          other: {dataset: glyphs, split: test}
        schedule: {time-limit: 1h30m, max-failures: 5, audit: 0.25}
        blocks:
          - models: [one, two]
            datasets: mnist
            transforms:
              - identity
              - translate: {<<: *shift, dy: {range: [-3, 3, 2]}, stage: before-resize}
              - dihedral: {map: [mirror, 3], when: {model: one}}
              - patch-shuffle:
              - patch-shuffle: {patches: 4, draw: {range: [0, 8, 4]}, derangement: true}
              - noise: {kind: gaussian, scale: {logspace: [1e-5, 1e-2, 4]}, mask: [none, background], clamp: false}
              - noise: {scale: [0.5, 0.25], mask: [foreground, none], zip: [[scale, mask]], requantise: true}
              - zero-latents: {levels: {range: [1, 4, 1]}, alpha: {linspace: [0, 1, 3]}, latents: raw}
              - zero-latents: {level: 2, when: [{seed: 0}, {if: {model: two}, then: {seed: [0, 1]}}]}
            seeds: {range: [0, 2, 1]}
            zip: [[model, dataset]]
            exclude:
              - {transform: noise, scale: 0.5, model: one}
              - {levels: [1, 2], dataset: mnist}
            when: {if: {transform: [identity, translate]}, then: {seed: 0}}
            priority: -3
          - models: three
            datasets: [mine, other]
            transforms: identity
          - models: one
            datasets: mine
            transforms:
              - rotate: {degrees: [-5, 5], fill: wrap}
              - occlude: {size: 4, x: 2, y: 3, grey: 128}
              - noise: {scale: 0.25, seeds: [0, 1]}
              - chain: [translate: {dx: -1}, noise: {scale: 0.25}]
              - chain: {members: [invert, noise: {scale: 0.25}], when: {noise.scale: 0.25}, seeds: {range: [0, 2, 1]}}
        """
        .replacing("zip: [[model, dataset]]", with: "zip: [[dx, seed]]").replacing(
            "dx: [-1, 2]",
            with: "dx: [-1, 2, 3]"
        )
}
