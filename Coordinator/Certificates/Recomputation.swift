// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Certificates
import CommandLine
import Datasets
import Engine
import Foundation
import Kernels
import Vocabulary

/// Some rows of a cell, to be computed again.
struct RowsOfCell {
    var identity: CellIdentity
    var model: String
    var dataset: String
    var split: String
    /// All images of the cell, by which its data set is recognised.
    var images: [UInt32]
    /// What is recorded of those that are wanted; without columns where only the images are known.
    var rows: ResultTable
}

/// Computes rows again on this machine.
struct Recomputation {
    /// Why rows could not be computed.
    struct Obstacle: Error, Hashable {
        var reason: String
    }

    private let files: SweepFiles
    private var engine: ShardEngine

    init(_ files: SweepFiles, library: DatasetLibrary, kernels: KernelSet, pool: WorkPool) {
        self.files = files
        engine = ShardEngine(library: library, kernels: kernels, pool: pool, freeMemory: { FreeMemory().bytes() })
    }

    /// The rows that were wanted, as this machine computes them.
    ///
    /// - Throws: ``Obstacle``.
    mutating func table(of cell: RowsOfCell) throws(Obstacle) -> ResultTable {
        let identity = cell.identity
        guard identity.numericsVersion == NumericsIdentity.version else {
            let versions = "\(identity.numericsVersion); this program computes version \(NumericsIdentity.version)"
            throw Obstacle(reason: "cells of numerics \(versions)")
        }
        let found = files.model(identity.model, identity.conditioning, identity.estimate, named: cell.model)
        if identity.estimate.kind.isForeign {
            let kind = identity.estimate.kind.rawValue
            throw Obstacle(reason: "the numbers of '\(cell.model)' are \(kind): this program does not compute them")
        }
        guard let model = found else {
            let digest = "\(identity.model)".prefix(12)
            throw Obstacle(
                reason: "no file of model '\(cell.model)' (\(digest)…) is here; name its folder with --models"
            )
        }
        let images = files.dataset(identity.data, split: cell.split, images: cell.images, named: cell.dataset)
        guard let dataset = images else {
            throw Obstacle(
                reason: "the images of '\(cell.dataset)' (\(cell.split)) are not here; name their folder with --data"
            )
        }
        let spec = ShardSpec(
            model: model,
            dataset: dataset,
            transform: identity.transform,
            seed: identity.seed,
            indices: cell.rows.indices
        )
        do throws(EngineError) {
            return try engine.score(spec)
        } catch {
            throw Obstacle(reason: "\(error)")
        }
    }
}

/// How two tables of the same images differ.
struct TableDifference {
    /// Places of the images any value of which differs.
    private(set) var images: [Int] = []
    /// The first value that does.
    private(set) var first: String?
    /// Of each image the recomputed loss less the recorded one.
    private(set) var losses: [Double] = []

    init(recorded: ResultTable, recomputed: ResultTable) {
        var differs = [Bool](repeating: false, count: recorded.indices.count)
        for column in recorded.columns {
            let values = recomputed[column.name]
            for row in recorded.indices.indices {
                // A part that lacks a column says nothing of it.
                let bits = column.values[row].bitPattern
                guard bits != ResultTable.absentBits, bits != values?[row].bitPattern else { continue }
                differs[row] = true
                first = first ?? Self.words(recorded.indices[row], column, row, values?[row])
            }
        }
        images = differs.indices.filter { differs[$0] }
        if let loss = recorded.columns.first(where: { Self.losses.contains($0.name) }), let own = recomputed[loss.name]
        {
            losses = zip(own, loss.values).map { Double($0) - Double($1) }
        }
    }

    private static let losses = Set(ModelFacts.Family.allCases.map(\.loss.column))

    private static func words(_ image: UInt32, _ column: ResultTable.Column, _ row: Int, _ own: Float?) -> String {
        let computed = own.map { "computed is \($0)" } ?? "this program computes no such column"
        return "image \(image), \(column.name): recorded is \(column.values[row]), \(computed)"
    }
}
