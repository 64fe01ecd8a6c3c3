// BitSweep
// SPDX-License-Identifier: Apache-2.0

import GRDB

/// The tables of a store and the migrations that make them.
///
/// ```
/// run ─< run_cell >─ cell ─< part >─ layout, worker        slice, model, transform ─< cell
///  └──< failure         └ naming: what the run's sweep file calls the cell's model and data set
/// ```
/// A cell is content-addressed and belongs to no run; only names, which another sweep file may choose differently, do.
/// Repeated text lives in small tables of its own, so that a run of a million cells stays compact. Of each cell there is a
/// summary, made of its parts and of those of the cell that it is compared with: `SummarySchema`.
enum Schema {
    /// SQLite's `application_id` of a store: "BitS".
    static let applicationID = 0x4269_7453

    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: tables)
        }
        migrator.registerMigration("2") { database in
            // Lines of the worker's log, newlines between them.
            try database.execute(sql: "ALTER TABLE failure ADD COLUMN log TEXT NOT NULL DEFAULT ''")
        }
        migrator.registerMigration("3") { database in
            // Whether an owner lives is told by a lock, and not by its boot and its start.
            try database.execute(sql: "ALTER TABLE run DROP COLUMN owner_boot")
            try database.execute(sql: "ALTER TABLE run ADD COLUMN owner_since REAL")
        }
        migrator.registerMigration("trust") { database in
            try database.execute(
                sql: """
                    ALTER TABLE run ADD COLUMN secret BLOB;
                    ALTER TABLE run ADD COLUMN audits INTEGER NOT NULL DEFAULT 0;
                    ALTER TABLE run ADD COLUMN audits_missing INTEGER NOT NULL DEFAULT 0;
                    """
            )
        }
        migrator.registerMigration(summaries) { database in
            try database.execute(sql: SummarySchema.migration)
        }
        migrator.registerMigration(views) { database in
            try renewViews(database)
        }
        migrator.registerMigration(estimates) { database in
            // What `cells` shows.
            try renewViews(database)
        }
        migrator.registerMigration(launches) { database in
            try database.execute(sql: launchTable)
        }
        return migrator
    }()

    /// The migrations without which a store can be read all the same: what one adds is computed then, what the next
    /// two add is for other programs, and nothing was launched for a store without the last.
    static let dispensable: Set = [summaries, views, estimates, launches]
    private static let summaries = "summaries"
    private static let views = "views"
    private static let estimates = "estimates"
    private static let launches = "launches"

    /// The views that are not as this version has them, by their names: what they show follows from the transformations
    /// that it knows, so that one more is no migration.
    static func outdatedViews(_ database: Database) throws -> [String: String] {
        let rows = try Row.fetchAll(database, sql: "SELECT name, sql FROM sqlite_master WHERE type = 'view'")
        let present = try Dictionary(
            rows.map { (try $0.value(0) as String, try $0.value(1) as String) },
            uniquingKeysWith: { first, _ in first }
        )
        return RowViews.all.merging(SummaryViews.all) { first, _ in first }
            .filter { name, sql in present[name] != String(sql.dropLast()) }
    }

    /// Makes the views anew that are not as this version has them.
    static func renewViews(_ database: Database) throws {
        for (name, sql) in try outdatedViews(database) {
            try database.execute(sql: "DROP VIEW IF EXISTS \(name); \(sql)")
        }
    }

    /// The migrations that a store has not had.
    static func missing(_ database: Database) throws -> Set<String> {
        Set(migrator.migrations).subtracting(try migrator.appliedIdentifiers(database))
    }

    /// Gives a connection that cannot change a store of before what the store does not have.
    static func substitute(_ database: Database) throws {
        guard try Int.fetchOne(database, sql: "PRAGMA application_id") == applicationID,
            try database.tableExists("run_cell"), try !database.tableExists("summary")
        else { return }
        try database.execute(sql: SummarySchema.substitute)
    }

    /// Foreign keys are declared nowhere: every key is written in the transaction that looked it up or made it, and no
    /// row that others refer to is ever deleted, so checking each would only make adding cells slower.
    private static let tables = """
        CREATE TABLE run (
            key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            sweep TEXT NOT NULL, path TEXT NOT NULL, digest BLOB NOT NULL, text TEXT NOT NULL,
            state TEXT NOT NULL, created REAL NOT NULL, updated REAL NOT NULL, epoch INTEGER NOT NULL,
            endpoint TEXT, owner_pid INTEGER, owner_boot TEXT, owner_host TEXT,
            -- Totals kept by the transactions that change them: reading them costs nothing however large the run is.
            cells INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0,
            images INTEGER NOT NULL DEFAULT 0, recorded INTEGER NOT NULL DEFAULT 0,
            duplicates INTEGER NOT NULL DEFAULT 0, mismatches INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX run_digest ON run (digest);
        CREATE TABLE slice (
            key INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, images INTEGER NOT NULL,
            indices BLOB NOT NULL,  -- one little-endian u32 per image
            labels BLOB NOT NULL    -- one byte per image
        ) STRICT;
        CREATE TABLE model (key INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE) STRICT;
        CREATE TABLE transform (
            key INTEGER PRIMARY KEY, name TEXT NOT NULL, parameters TEXT NOT NULL, UNIQUE (name, parameters)
        ) STRICT;
        CREATE TABLE naming (
            key INTEGER PRIMARY KEY, model TEXT NOT NULL, dataset TEXT NOT NULL, split TEXT NOT NULL,
            UNIQUE (model, dataset, split)
        ) STRICT;
        CREATE TABLE cell (
            key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE,
            model INTEGER NOT NULL, slice INTEGER NOT NULL, transform INTEGER NOT NULL,
            seed INTEGER NOT NULL,  -- the bit pattern of a u64
            conditioning TEXT NOT NULL,  -- of which likelihood, see StoredLikelihood
            numerics INTEGER NOT NULL,
            images INTEGER NOT NULL, recorded INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE TABLE run_cell (
            run INTEGER NOT NULL, ordinal INTEGER NOT NULL, cell INTEGER NOT NULL, naming INTEGER NOT NULL,
            PRIMARY KEY (run, ordinal)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX run_cell_cell ON run_cell (cell);
        CREATE TABLE layout (key INTEGER PRIMARY KEY, names TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE worker (
            key INTEGER PRIMARY KEY, name TEXT NOT NULL, host TEXT NOT NULL, isa TEXT NOT NULL,
            UNIQUE (name, host, isa)
        ) STRICT;
        -- The parts of a cell never overlap.
        CREATE TABLE part (
            key INTEGER PRIMARY KEY, cell INTEGER NOT NULL, lower INTEGER NOT NULL, upper INTEGER NOT NULL,
            layout INTEGER NOT NULL, worker INTEGER NOT NULL, attempt INTEGER NOT NULL, epoch INTEGER NOT NULL,
            seconds REAL NOT NULL,
            data BLOB NOT NULL  -- column after column of little-endian Float32
        ) STRICT;
        CREATE UNIQUE INDEX part_range ON part (cell, lower, upper, layout);
        CREATE TABLE failure (
            key INTEGER PRIMARY KEY, run INTEGER NOT NULL, cell BLOB NOT NULL, lower INTEGER NOT NULL,
            upper INTEGER NOT NULL, attempt INTEGER NOT NULL, epoch INTEGER NOT NULL, kind TEXT NOT NULL,
            message TEXT NOT NULL, worker TEXT NOT NULL, host TEXT NOT NULL, time REAL NOT NULL,
            terminal INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX failure_run ON failure (run);
        """

    /// What `coordinator launch` had started, a row a job.
    private static let launchTable = """
        CREATE TABLE launch (
            key INTEGER PRIMARY KEY, launcher TEXT NOT NULL, place TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
            run TEXT, workers INTEGER NOT NULL, launched REAL NOT NULL, cancelled REAL,
            details TEXT NOT NULL  -- a JSON object of text
        ) STRICT;
        """
}
