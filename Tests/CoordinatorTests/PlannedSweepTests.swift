// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Engine
import Kernels
import TestSupport
import Testing
import Vocabulary

@testable import Coordinator

/// What a plan says of a model and a data set, as it arrives at an engine.
@Suite("Planned sweep")
struct PlannedSweepTests {
    private let library = DatasetLibrary()
    private let plan: PlannedSweep

    /// A sweep that scores a selection, so that the slice is not the split.
    init() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write(
            """
            version: 1
            name: planned
            images: {split: test, per-class-limit: 1}
            models:
              fresh: {family: resnet}
            blocks:
              - {models: [fresh], datasets: [glyphs], transforms: [identity]}
            """,
            to: "planned.yaml"
        )
        plan = try SweepLoader(library: library).load(file)
    }

    private static let cell = CellSpec(model: "fresh", dataset: "glyphs", transform: .identity, seed: 0)

    private func score(_ spec: ShardSpec) throws -> ResultTable {
        let kernels = KernelSet(try InstructionSet.choose(override: nil))
        var engine = ShardEngine(library: library, kernels: kernels, pool: WorkPool(threads: 1))
        return try engine.score(spec)
    }

    @Test("an engine computes a plan's shards by the digest of the split, and none by that of the slice")
    func content() throws {
        let planned = plan.dataset("glyphs")
        let split = try library.load(.builtin("glyphs"), name: "glyphs", split: "test")
        #expect(planned.indices.count < split.count)
        #expect(planned.spec.content == split.digest)
        #expect(planned.slice.digest != split.digest)
        let shard = plan.shard(of: Self.cell, at: 0..<planned.indices.count)
        #expect(try score(shard).indices == planned.indices)
        var sliced = shard
        sliced.dataset.content = planned.slice.digest
        let error = #expect(throws: EngineError.self) { try score(sliced) }
        guard case .data = try #require(error) else { return #expect(Bool(false), "\(error as Any)") }
    }

    @Test("a cell's id is of the slice, the data of its shards are of the split")
    func identity() {
        let planned = plan.dataset("glyphs")
        #expect(plan.identity(of: Self.cell).data == planned.slice.digest)
        #expect(plan.shard(of: Self.cell, at: 0..<1).dataset == planned.spec)
    }
}
