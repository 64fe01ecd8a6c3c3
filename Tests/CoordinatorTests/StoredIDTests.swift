// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Datasets
import Foundation
import SweepPlan
import TestSupport
import Testing
import Vocabulary

@testable import Coordinator

/// What `Tests/Fixtures/cell-ids.json` says of a sweep.
private struct StoredCells: Decodable {
    var cells: Int
    /// SHA-256 of all ids in the order of the grid, each with a newline behind it.
    var ids: String

    static func all() throws -> [String: StoredCells] {
        let file = URL(filePath: Checkout.fixture("cell-ids.json"))
        return try JSONDecoder().decode([String: StoredCells].self, from: Data(contentsOf: file))
    }
}

@Suite("ids of cells", .timeLimit(.minutes(3)))
struct StoredIDTests {
    private static let data = Checkout.shared("data")

    @Test("every cell of the embedded images' sweeps has the id that results of earlier versions are kept under")
    func embedded() throws {
        try check(["quickstart", "train-and-score"], library: DatasetLibrary())
    }

    @Test(
        "every cell of all the repository's sweeps has the id that results of earlier versions are kept under",
        .enabled(if: data != nil, "the published files of MNIST and Fashion-MNIST are not here")
    )
    func all() throws {
        let names = try StoredCells.all().keys.sorted()
        #expect(names.count == 28)
        try check(names, library: DatasetLibrary(directories: [try #require(Self.data)]))
    }

    private func check(_ names: [String], library: DatasetLibrary) throws {
        let stored = try StoredCells.all()
        let folder = Checkout.root.appending(path: "Sweeps")
        let paths = FileManager.default.enumerator(atPath: folder.path)?.compactMap { $0 as? String } ?? []
        let loader = SweepLoader(library: library)
        for name in names {
            let path = try #require(paths.first { URL(filePath: $0).lastPathComponent == "\(name).yaml" })
            let plan = try loader.load(folder.appending(path: path).path, settings: SweepSettings(perClassLimit: 1))
            let ids = plan.sweep.grid.cells.map { "\(plan.identity(of: $0.spec).id)\n" }
            #expect(ids.count == stored[name]?.cells, "\(name)")
            #expect("\(Digest(of: ids.joined().utf8))" == stored[name]?.ids, "\(name)")
        }
    }
}
