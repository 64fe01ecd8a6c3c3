// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What a worker has delivered and failed.
struct WorkerRecord: Sendable {
    /// Tables that make up for one shard which others had to compute.
    private static let tablesPerPardon = 32

    private(set) var tables = 0
    private(set) var images = 0
    var engineErrors = 0
    var mismatches = 0
    /// Images a second by the latest measurement.
    var latestRate: Double?
    /// Shards it failed and others computed; one is forgiven with every 32 tables.
    private(set) var refuted = 0
    /// Failures since its last table, all of one cost class, and how many tables that class had before.
    private var streak = 0
    private var streakClass = 0
    private var streakBegin = 0

    /// Counts a delivered table.
    mutating func noteTable(images newImages: Int) {
        tables += 1
        images += newImages
        streak = 0
        if tables.isMultiple(of: WorkerRecord.tablesPerPardon) { refuted = max(0, refuted - 1) }
    }

    /// Counts a shard that it failed and another computed, and returns how many there are.
    mutating func noteRefuted() -> Int {
        refuted += 1
        return refuted
    }

    /// Counts a failure in a row, at a class of which everyone has computed `shards` shards so far.
    ///
    /// Returns the length of the row, and whether others computed shards of the class meanwhile.
    mutating func noteFailure(of costClass: Int, shards: Int) -> (streak: Int, othersSucceed: Bool) {
        if streak == 0 || streakClass != costClass {
            streak = 0
            streakClass = costClass
            streakBegin = shards
        }
        streak += 1
        return (streak, shards > streakBegin)
    }
}
