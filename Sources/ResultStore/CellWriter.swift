// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB
import Vocabulary

/// Writes the cells of one run, one after the other, within a transaction.
struct CellWriter {
    private let run: Int64
    private let database: Database
    private let placeCell: Statement
    private var register: CellRegister
    private var namings = KeyCache<Naming>()
    private var cells = 0
    private var done = 0
    private var images = 0
    private var recorded = 0

    init(run: Int64, path: String, database: Database) throws {
        self.run = run
        self.database = database
        register = try CellRegister(path: path, database: database)
        placeCell = try database.cachedStatement(
            sql: """
                INSERT INTO run_cell (run, ordinal, cell, naming) VALUES (?, ?, ?, ?)
                ON CONFLICT (run, ordinal) DO UPDATE SET cell = excluded.cell, naming = excluded.naming
                WHERE cell != excluded.cell OR naming != excluded.naming
                """
        )
    }

    mutating func append(_ entry: CellEntry) throws {
        let images = entry.slice.count
        let (key, alreadyRecorded) = try register.cell(entry.id, entry.identity, images: images)
        try placeCell.execute(arguments: [run, cells, key, try naming(entry)])
        cells += 1
        self.images += images
        recorded &+= alreadyRecorded
        if alreadyRecorded == images { done += 1 }
    }

    /// Takes away what the run had beyond its new cells, and sets its totals.
    func finish() throws {
        try database.execute(sql: "DELETE FROM run_cell WHERE run = ? AND ordinal >= ?", arguments: [run, cells])
        try database.execute(
            sql: "UPDATE run SET cells = ?, done = ?, images = ?, recorded = ? WHERE key = ?",
            arguments: [cells, done, images, recorded, run]
        )
        try register.finish()
    }

    private mutating func naming(_ entry: CellEntry) throws -> Int64 {
        let naming = Naming(model: entry.model, dataset: entry.slice.name, split: entry.slice.split)
        return try namings.key(naming) {
            try database.key(
                of: "naming",
                ["model": naming.model, "dataset": naming.dataset, "split": naming.split]
            )
        }
    }
}

/// What a sweep file calls a cell's model and data.
private struct Naming: Hashable {
    let model: String
    let dataset: String
    let split: String
}
