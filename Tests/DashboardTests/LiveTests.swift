// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Scheduling
import Synchronization
import TestSupport
import Testing
import Vocabulary
import WireProtocol

@testable import Dashboard

/// What is told while a run goes on.
@Suite("Live", .timeLimit(.minutes(2)))
struct LiveTests {
    private static func live(_ run: String = "a <run>", done: Int = 10) -> LiveRun {
        var progress = RunProgress()
        (progress.images.total, progress.images.recorded) = (40, done)
        (progress.cells.total, progress.imagesPerSecond) = (2, 512)
        var live = LiveRun(run: run, state: .running, progress: progress)
        live.published = .now
        return live
    }

    @Test("a browser gets the whole state at once, with an id and when to ask again")
    func stream() throws {
        let shown = try ShownStore(live: Self.live())
        let client = try #require(WebClient(port: shown.port))
        client.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let text = client.receive(until: "\"runs\"")
        #expect(text.contains("Content-Type: text/event-stream\r\n") && text.contains("X-Accel-Buffering: no\r\n"))
        #expect(text.contains("Cache-Control: no-cache\r\n") && text.contains("retry: 3000\n\n"))
        let id = try #require(text.components(separatedBy: "id: ").last?.prefix { $0 != "\n" })
        let parts = id.split(separator: ".").compactMap { UInt64($0) }
        #expect(parts.count == 2 && parts[1] == 1)
        let data = text.components(separatedBy: "data: ").last?.prefix { $0 != "\n" } ?? ""
        #expect(data.contains("\"images\":\"10 of 40\"") && data.contains("512 images/s"))
    }

    @Test("somebody who reads slowly gets the newest state and not all that came before, and silence shows life")
    func newest() async throws {
        let feed = LiveFeed(epoch: 7, mostFollowers: 2)
        feed.tell("first")
        let stream = try #require(feed.follow())
        for number in 0..<1000 { feed.tell("state \(number)") }
        feed.tell("state 999")
        var texts: [String] = []
        try await stream.follow { text in
            texts.append(text)
            if texts.count == 1 { feed.beat() }
            return texts.count < 2
        }
        #expect(texts == ["retry: 3000\n\nid: 7.1001\ndata: state 999\n\n", ":\n\n"])
        #expect(feed.followers == 1)
        stream.close()
        #expect(feed.followers == 0)
    }

    @Test("beyond the limit viewers are told so in words, and a place is free when one leaves")
    func cap() async throws {
        var limits = WebLimits()
        limits.viewers = 1
        let shown = try ShownStore(live: Self.live(), limits: limits)
        var first = WebClient(port: shown.port)
        first?.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
        #expect(first?.receive(until: "retry").contains("200 OK") == true)
        let second = WebClient.get("/events", port: shown.port)
        #expect(second.status == 503 && second.body.contains("too many viewers"))
        first = nil
        var text = ""
        for _ in 0..<50 where !text.contains("200 OK") {
            try await Task.sleep(for: .milliseconds(100))
            let third = WebClient(port: shown.port)
            third?.send("GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            text = third?.receive() ?? ""
        }
        #expect(text.contains("200 OK"))
    }

    @Test("a run that goes on is ready while its loop ticks and its store can be written")
    func readiness() throws {
        var live = Self.live()
        let ready = try ShownStore(live: live)
        #expect(WebClient.get("/readyz", port: ready.port).status == 200)
        live.storeProblem = "no space"
        let full = try ShownStore(live: live)
        #expect(WebClient.get("/readyz", port: full.port).body == "not ready: the store cannot be written: no space\n")
        live.storeProblem = nil
        live.published = .now - .seconds(6)
        let stuck = try ShownStore(live: live)
        let answer = WebClient.get("/readyz", port: stuck.port)
        #expect(answer.status == 503 && answer.body.contains("stands still"))
        #expect(WebClient.get("/livez", port: stuck.port).status == 200)
    }

    @Test("metrics come in the form that is asked for")
    func metrics() throws {
        let shown = try ShownStore(live: Self.live())
        let text = WebClient.get("/metrics", port: shown.port)
        #expect(text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(text.body.contains("bitsweep_images_scored_total 10\n") && text.body.hasSuffix("\n"))
        let accept = ["Accept": "application/openmetrics-text; version=1.0.0"]
        let open = WebClient.get("/metrics", port: shown.port, headers: accept)
        #expect(open.headers["content-type"]?.hasPrefix("application/openmetrics-text; version=1.0.0") == true)
        #expect(open.body.hasSuffix("# EOF\n"))
    }

    @Test("many who ask for one page at a time cost one making of it")
    func shared() async {
        let renders = SharedRenders(lifetime: .seconds(60))
        let made = Counter()
        await withTaskGroup { group in
            for _ in 0..<100 {
                group.addTask {
                    _ = await renders.response("page") {
                        made.count()
                        usleep(10_000)
                        return .text("page")
                    }
                }
            }
        }
        #expect(made.value == 1)
    }

    @Test("what takes long is made beside the page, once, again when it changed, and not again and again")
    func computed() async throws {
        let computed = Computed<String, Int>("test", most: 2, leisure: 0)
        let made = Counter()
        func value(_ version: String) async throws -> Int {
            for _ in 0..<500 {
                let standing = computed.value("key", version: version) {
                    made.count()
                    return made.value
                }
                if case .ready(let value, _) = standing { return value }
                try await Task.sleep(for: .milliseconds(10))
            }
            return -1
        }
        #expect(try await value("1") == 1)
        #expect(try await value("1") == 1)
        // Made a moment ago: the older value does for a while.
        guard case .ready(1, isOld: true) = computed.value("key", version: "2", { 2 }) else {
            Issue.record("the older value is given while a newer one is due")
            return
        }
    }

    private final class Counter: Sendable {
        private let number = Atomic(0)
        func count() { number.add(1, ordering: .relaxed) }
        var value: Int { number.load(ordering: .relaxed) }
    }
}
