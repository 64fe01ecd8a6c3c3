// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Scheduling
import Testing
import WireProtocol

@testable import Dashboard

@Suite("Metrics")
struct ExpositionTests {
    private var families: [MetricFamily] {
        [
            .counter("a_duplicates", "Two \"words\" \\ and\na line.", 3),
            .gauge("a_workers", "By state.", by: "state", [("idle", 1), ("a\"b\\c\nd", 2)]),
            MetricFamily(
                name: "a_build",
                kind: .info,
                help: "Version.",
                samples: [.init(suffix: "_info", labels: [.init("version", "1")], value: 1)]
            ),
        ]
    }

    @Test("the text format names families as their samples")
    func text() {
        #expect(
            Exposition.text.text(families) == """
                # HELP a_duplicates_total Two "words" \\\\ and\\na line.
                # TYPE a_duplicates_total counter
                a_duplicates_total 3
                # HELP a_workers By state.
                # TYPE a_workers gauge
                a_workers{state="idle"} 1
                a_workers{state="a\\"b\\\\c\\nd"} 2
                # HELP a_build_info Version.
                # TYPE a_build_info gauge
                a_build_info{version="1"} 1

                """
        )
    }

    @Test("OpenMetrics names families without what their samples end with, and says where it ends")
    func openMetrics() {
        #expect(
            Exposition.openMetrics.text(families) == """
                # HELP a_duplicates Two \\"words\\" \\\\ and\\na line.
                # TYPE a_duplicates counter
                a_duplicates_total 3
                # HELP a_workers By state.
                # TYPE a_workers gauge
                a_workers{state="idle"} 1
                a_workers{state="a\\"b\\\\c\\nd"} 2
                # HELP a_build Version.
                # TYPE a_build info
                a_build_info{version="1"} 1
                # EOF

                """
        )
    }

    @Test("a scraper gets the form that it prefers")
    func negotiation() {
        #expect(Exposition(accepting: nil) == .text)
        #expect(
            Exposition(accepting: "application/openmetrics-text;version=1.0.0,text/plain;q=0.5,*/*;q=0.1")
                == .openMetrics
        )
        #expect(Exposition(accepting: "application/openmetrics-text;q=0.2, text/plain;version=0.0.4") == .text)
        #expect(Exposition(accepting: "text/html") == .text)
    }

    @Test("shards are counted in the bucket that holds their time, and kinds beyond the limit together")
    func histogram() throws {
        var seconds = ShardSeconds()
        for time in [0.05, 0.1, 0.11, 7, 5000, .nan, -1] { seconds.add(time, model: "glow", transform: "noise") }
        let live = with(seconds)
        let lines = Exposition.text.text([MetricFamily](live)).split(separator: "\n").map(String.init)
        let labels = "model=\"glow\",transform=\"noise\""
        #expect(lines.contains("bitsweep_shard_seconds_bucket{\(labels),le=\"0.1\"} 2"))
        #expect(lines.contains("bitsweep_shard_seconds_bucket{\(labels),le=\"0.25\"} 3"))
        #expect(lines.contains("bitsweep_shard_seconds_bucket{\(labels),le=\"1000.0\"} 4"))
        #expect(lines.contains("bitsweep_shard_seconds_bucket{\(labels),le=\"+Inf\"} 5"))
        #expect(lines.contains("bitsweep_shard_seconds_count{\(labels)} 5"))
        #expect(lines.contains("bitsweep_shard_seconds_sum{\(labels)} 5007.26"))

        for model in 0..<200 { seconds.add(1, model: "m\(model)", transform: "noise") }
        #expect(seconds.times.count == 65)
        #expect(seconds.times.values.reduce(0) { $0 + $1.counts.reduce(0, +) } == 205)
    }

    @Test("no metric has a label that grows with the sweep, and names are as Prometheus wants them")
    func names() {
        for family in [MetricFamily](with(ShardSeconds())) + MetricFamily.ofDashboard(version: "1", viewers: 2) {
            #expect(family.name.hasPrefix("bitsweep_") && !family.name.hasSuffix("_total"), "\(family.name)")
            #expect(family.unit.isEmpty || family.name.hasSuffix("_" + family.unit), "\(family.name)")
            #expect(!family.help.isEmpty)
            let labels = Set(family.samples.flatMap { $0.labels.map(\.name) })
            #expect(labels.isSubset(of: ["state", "model", "transform", "le", "version"]))
        }
    }

    private func with(_ seconds: ShardSeconds) -> LiveRun {
        var live = LiveRun(run: "run", state: .running, progress: RunProgress())
        live.shardSeconds = seconds
        return live
    }
}
