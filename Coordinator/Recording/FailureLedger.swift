// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ResultStore

/// How much is kept of what workers say of their failures: enough to explain them, and bounded whatever they say.
///
/// The end of a shard that is given up is always kept, in few words when there is no room for more.
struct FailureLedger {
    /// Bytes of texts and logs of one owner of connections, and of all.
    static let mostBytesOfOwner = 16 << 20
    static let mostBytesOfAll = 64 << 20
    /// Failed attempts of one owner, and of all, that are kept; beyond them they are counted.
    static let mostOfOwner = 20_000
    static let mostOfAll = 100_000
    /// Bytes of the log of one failure; its last lines are kept.
    static let mostLogBytes = 32 << 10
    /// Characters of a message that is kept in few words.
    private static let fewWords = 200

    private var bytes = Quota<String>(each: mostBytesOfOwner, all: mostBytesOfAll)
    private var records = Quota<String>(each: mostOfOwner, all: mostOfAll)
    /// Failed attempts that were not kept.
    private(set) var unkept = 0

    /// What to keep of a failure of `owner`; nil for nothing.
    mutating func admit(_ failure: FailureRecord, of owner: String) -> FailureRecord? {
        var kept = failure
        kept.log = Self.tail(failure.log)
        if !bytes.take(kept.textBytes, for: owner) {
            kept.log = []
            kept.message = String(failure.message.prefix(Self.fewWords))
        }
        guard records.take(1, for: owner) || failure.isTerminal else {
            unkept += 1
            return nil
        }
        return kept
    }

    /// The last lines that fit.
    private static func tail(_ log: [String]) -> [String] {
        var left = mostLogBytes
        let lines = log.reversed().prefix { line in
            left -= line.utf8.count + 1
            return left >= 0
        }
        return lines.reversed()
    }
}

extension FailureRecord {
    fileprivate var textBytes: Int { log.reduce(message.utf8.count) { $0 + $1.utf8.count + 1 } }
}
