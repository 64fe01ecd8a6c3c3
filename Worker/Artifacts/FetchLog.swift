// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Logging
import Reporting
import Vocabulary

/// What the log says of one file on its way from the coordinator: its beginning, how far it is now and then, its end.
struct FetchLog {
    /// Time between two lines about how far it is.
    private static let interval: Duration = .seconds(5)

    private let logger: Logger
    private let name: String
    private let bytes: Int
    private let begun = ContinuousClock.now
    private var told = ContinuousClock.now
    private var kept: Int

    /// Tells that the file called `name` is fetched, of which the first `kept` bytes are there.
    init(_ name: String, _ content: ArtifactReference, kept: Int, logger: Logger) {
        (self.logger, self.name, bytes, self.kept) = (logger, name, content.bytes, kept)
        let rest = kept > 0 ? ", of which \(HumanText.size(kept)) are here" : ""
        logger.info(
            "fetching \(name), \(HumanText.size(bytes))\(rest), from the coordinator",
            metadata: ["sha256": "\(content.digest)"]
        )
    }

    /// Notes that `count` more bytes have come.
    mutating func note(_ count: Int) {
        kept += count
        let now = ContinuousClock.now
        guard told.duration(to: now) >= Self.interval, kept < bytes else { return }
        told = now
        let percent = HumanText.fixed(100 * Double(kept) / Double(bytes), decimals: 0)
        logger.info("fetching \(name): \(HumanText.size(kept)) of \(HumanText.size(bytes)), \(percent) %")
    }

    /// Tells that all of it is there.
    func end() {
        let seconds = HumanText.fixed(begun.duration(to: .now) / .seconds(1), decimals: 1)
        logger.info("fetched \(name), \(HumanText.size(bytes)), in \(seconds) s")
    }
}
