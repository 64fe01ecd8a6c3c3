// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResultStore
import Testing
import Vocabulary

/// Rows that were computed twice, of models that this program computes and of others.
@Suite struct ToleranceTests {
    private func outcomes(
        _ kind: LikelihoodEstimate.Kind,
        tolerance: Double? = nil,
        scaledBy factor: Float
    ) throws -> [PartOutcome] {
        let cell = Scene.cell(estimate: LikelihoodEstimate(kind: kind))
        let scene = try Scene()
        try scene.begin("run", cells: [cell])
        var first = Scene.part(cell, 0..<4)
        first.table.columns[0].values = [1, 2, 1000, .infinity]
        first.table.columns[1].values = [0, -5, .nan, 7]
        _ = try scene.store.record([first], in: "run", at: Scene.time)
        var second = first
        second.tolerance = tolerance
        second.table.columns = first.table.columns.map { column in
            ResultTable.Column(name: column.name, values: column.values.map { $0 * factor })
        }
        return try scene.store.record([second], in: "run", at: Scene.time)
    }

    @Test func `What an external model's scorer says twice may differ by a hundred thousandth, and no more`() throws {
        #expect(try outcomes(.external, scaledBy: 1 + 5e-6) == [.recorded(images: 0, duplicates: 4)])
        guard case .mismatched(let found) = try outcomes(.external, scaledBy: 1 + 1e-4).first else {
            Issue.record("a difference beyond the tolerance is none")
            return
        }
        #expect(found.tolerance == ExternalModel.standardTolerance && found.column == "bpd" && found.images.count == 4)
    }

    @Test func `A sweep file's tolerance takes its place`() throws {
        #expect(try outcomes(.external, tolerance: 1e-3, scaledBy: 1 + 1e-4) == [.recorded(images: 0, duplicates: 4)])
        let strict = try outcomes(.external, tolerance: 0, scaledBy: 1 + 5e-6)
        guard case .mismatched = strict.first else {
            Issue.record("a tolerance of 0 lets numbers differ")
            return
        }
    }

    @Test(arguments: LikelihoodEstimate.Kind.asked)
    func `The engine's own numbers have no tolerance, whatever is asked for`(_ kind: LikelihoodEstimate.Kind) throws {
        guard case .mismatched(let found) = try outcomes(kind, tolerance: 1, scaledBy: 1 + 5e-6).first else {
            Issue.record("other bits are no difference")
            return
        }
        #expect(found.tolerance == nil)
    }

    @Test func `Exports mark the rows of external and imported cells, where there are any`() throws {
        func header(_ kinds: [LikelihoodEstimate.Kind]) throws -> [String] {
            let scene = try Scene()
            let cells = kinds.map { Scene.cell(estimate: LikelihoodEstimate(kind: $0), slice: Scene.slice(count: 2)) }
            try scene.begin("run", cells: cells)
            for cell in cells { _ = try scene.store.record([Scene.part(cell, 0..<2)], in: "run", at: Scene.time) }
            let path = scene.path("rows.csv")
            _ = try scene.store.export("run", as: .csv, toFile: path)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            return text.split(separator: "\n").map(String.init)
        }
        #expect(try header([.density, .interval])[0].hasSuffix(",bpd,nll"))
        let lines = try header([.density, .external, .imported])
        #expect(lines[0].hasSuffix(",bpd,nll,external,imported"))
        #expect(lines.count { $0.hasSuffix(",0,0") } == 2)
        #expect(lines.count { $0.hasSuffix(",1,0") } == 2)
        #expect(lines.count { $0.hasSuffix(",0,1") } == 2)
    }
}
