// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// One worker, as `coordinator status` lists it.
public struct WorkerRow: Hashable, Sendable, Encodable {
    /// What the worker calls itself.
    public var worker: String
    /// Its machine.
    public var host: String
    /// The operating system's number of its process.
    public var process: Int
    /// Threads that compute.
    public var threads: Int
    /// The instruction set its engine chose.
    public var instructionSet: String
    /// What it is doing, in one word.
    public var state: String
    /// Images a second, lately.
    public var imagesPerSecond: Double
    /// Images it delivered.
    public var images: Int
    /// Shards that wait at it.
    public var queuedShards: Int
    /// Seconds since its last sign of life.
    public var silentSeconds: Double

    /// A row of the list.
    public init(
        worker: String,
        host: String,
        process: Int,
        threads: Int,
        instructionSet: String,
        state: String,
        imagesPerSecond: Double,
        images: Int,
        queuedShards: Int,
        silentSeconds: Double
    ) {
        self.worker = worker
        self.host = host
        self.process = process
        self.threads = threads
        self.instructionSet = instructionSet
        self.state = state
        self.imagesPerSecond = imagesPerSecond
        self.images = images
        self.queuedShards = queuedShards
        self.silentSeconds = silentSeconds
    }
}

/// The table of workers.
public enum WorkerTable {
    /// Lays the table out for a terminal.
    ///
    /// - Parameters:
    ///   - rows: The workers, in the order in which they are to appear.
    ///   - width: The columns of the terminal; nil when there is no limit.
    ///   - style: Whether lines may carry ANSI escapes, none by default.
    /// - Returns: The lines, without line ends.
    public static func lines(_ rows: [WorkerRow], width: Int? = nil, style: TextStyle = .plain) -> [String] {
        var table = TextTable(
            columns: [
                .init("worker", .text(minimum: 8)), .init("host:pid", .text(minimum: 8)),
                .init("state", .text(minimum: 8)), .init("img/s", .number), .init("images", .number),
                .init("queued", .number, dropOrder: 2), .init("threads", .number, dropOrder: 1),
                .init("isa", .text(minimum: 4), dropOrder: 0), .init("silent", .number, dropOrder: 3),
            ]
        )
        for row in rows {
            table.append(
                [
                    .init(String(row.worker.prefix(8)), .strong), .init("\(row.host):\(row.process)"),
                    .init(row.state, row.state == "quarantined" || row.state == "lost" ? .alarming : .normal),
                    .init(HumanText.rate(row.imagesPerSecond)), .init(HumanText.count(row.images)),
                    .init(HumanText.count(row.queuedShards)), .init(HumanText.count(row.threads)),
                    .init(row.instructionSet), .init("\(HumanText.fixed(row.silentSeconds, decimals: 1)) s"),
                ]
            )
        }
        return table.lines(width: width, style: style)
    }
}
