// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// What an event tells: how each run stands that goes on, as its pages show it.
struct LiveStatus: Hashable, Encodable {
    struct Run: Hashable, Encodable {
        var fields: [String: String]
        var share: Double
        var announcement: String
    }

    var runs: [String: Run]

    init(_ facts: [RunFacts]) {
        runs = Dictionary(
            facts.map { ($0.run, Run(fields: $0.fields, share: $0.share, announcement: $0.announcement)) }
        ) { first, _ in first }
    }
}
