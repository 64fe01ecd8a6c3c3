// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import SweepPlan
import TestSupport
import Testing
import Vocabulary

/// The sweep files of the repository, beside `Tests/`.
private enum SweepFiles {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Sweeps")

    /// Paths below `folder`.
    static let names =
        FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String }
        .filter { $0.hasSuffix(".yaml") }.sorted() ?? []
}

@Suite struct SweepFilesTests {
    /// What an eager checker knows of any model and data set of these files.
    private var facts: SweepFacts {
        SweepFacts(
            model: { reference in
                if case .external(let model) = reference.source { return .success(model.facts) }
                return .success(.glow(digestOf: "\(reference.source)"))
            },
            dataset: { _, _ in .success(.mnist) }
        )
    }

    private func sweep(_ name: String) throws -> Sweep {
        let text = try String(contentsOf: SweepFiles.folder.appending(path: name), encoding: .utf8)
        return try Sweep(parsing: text, file: "Sweeps/\(name)", facts: facts)
    }

    @Test("every sweep file of the repository is valid and has its file's name", arguments: SweepFiles.names)
    func valid(name: String) throws {
        let sweep = try sweep(name)
        #expect("\(sweep.name).yaml" == URL(filePath: name).lastPathComponent)
        let tally = sweep.grid.tally()
        #expect(tally.cells > 0 && tally.duplicates == 0)
    }

    @Test(
        "sweeps of the paper and beyond it score whole test sets, say first what they ask, and have no name twice",
        arguments: ["paper", "beyond"]
    )
    func reproduction(folder: String) throws {
        let names = SweepFiles.names.filter { $0.hasPrefix("\(folder)/") }
        try #require(!names.isEmpty)
        for name in names {
            #expect(try sweep(name).images == ImageSelection(split: "test", rule: .all), "\(name)")
            let text = try String(contentsOf: SweepFiles.folder.appending(path: name), encoding: .utf8)
            let head = text.prefix { $0 != "?" }
            #expect(head.split(separator: "\n").allSatisfy { $0.hasPrefix("#") }, "\(name) begins with no question")
        }
        let bases = SweepFiles.names.map { URL(filePath: $0).lastPathComponent }
        #expect(Set(bases).count == bases.count)
    }

    @Test(
        "the quickstart asks four models of 500 glyphs, and the flows for two zeroings more",
        .enabled(if: !SweepFiles.names.isEmpty, "the repository's Sweeps folder is not beside Tests")
    )
    func quickstart() throws {
        let sweep = try sweep("quickstart.yaml")
        #expect(sweep.images == ImageSelection(split: "test", rule: .perClass(limit: 50)))
        #expect(sweep.datasets == ["glyphs": .builtin("glyphs")])
        let common: [TransformSpec] = [
            .identity,
            .translate(Translation(dx: -1)), .translate(Translation(dx: -2)),
            .noise(Noise(scale: 0.001)), .noise(Noise(scale: 0.001, mask: .background)),
        ]
        let zeroings: [TransformSpec] = [1, 2].map { .zeroLatents(LatentZeroing(levels: .first($0))) }
        for model in ["glow-affine", "glow-additive"] {
            #expect(transforms(of: model, in: sweep) == common + zeroings)
        }
        for model in ["pixelcnn", "classifier"] { #expect(transforms(of: model, in: sweep) == common) }
    }

    @Test("every sweep of the repository has the cells that it always had, in their order, described alike")
    func stored() throws {
        struct Stored: Decodable {
            var cells: Int
            var specs: String
        }
        let file = URL(filePath: Checkout.fixture("cell-ids.json"))
        let stored = try JSONDecoder().decode([String: Stored].self, from: Data(contentsOf: file))
        var checked = 0
        for name in SweepFiles.names {
            let sweep = try sweep(name)
            guard let stored = stored[sweep.name] else { continue }
            checked += 1
            let lines = sweep.grid.cells.map { cell in
                let transform = cell.spec.transform
                let words = [
                    cell.spec.model, cell.spec.dataset, transform.name, transform.parameters, "\(cell.spec.seed)",
                ]
                return words.filter { !$0.isEmpty }.joined(separator: " ") + "\n"
            }
            #expect(lines.count == stored.cells, "\(name)")
            #expect("\(Digest(of: lines.joined().utf8))" == stored.specs, "\(name)")
        }
        #expect(checked == stored.count)
    }

    private func transforms(of model: String, in sweep: Sweep) -> [TransformSpec] {
        sweep.grid.cells.filter { $0.spec.model == model }.map(\.spec.transform)
    }

    @Test(
        "the MNIST sweep scores all test images under nine transforms, identity first",
        .enabled(if: !SweepFiles.names.isEmpty, "the repository's Sweeps folder is not beside Tests")
    )
    func mnist() throws {
        let sweep = try sweep("mnist-glow.yaml")
        #expect(sweep.images == ImageSelection(split: "test", rule: .all))
        let transforms = sweep.grid.cells.map(\.spec.transform)
        #expect(transforms.count == 9)
        #expect(transforms.first == .identity)
        #expect(Set(transforms).isSuperset(of: (1...4).map { .zeroLatents(LatentZeroing(levels: .first($0))) }))
    }
}
