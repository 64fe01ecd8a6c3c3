// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting
import Scheduling
import TestSupport
import Testing
import Vocabulary

@testable import Dashboard

/// Pages as a real server gives them to a real client.
@Suite("Pages", .timeLimit(.minutes(2)))
struct PageTests {
    @Test("every page has its twin in JSON, its headings and landmarks, and nothing of the store unescaped")
    func pages() throws {
        let shown = try ShownStore()
        let cell = shown.cells[1]
        let pages = [
            "/", shown.address(), shown.address("/cells/\(cell)"), shown.address("/workers"),
            shown.address("/failures"),
            shown.address("/effects"), shown.address("/claims"),
        ]
        for page in pages {
            let answer = WebClient.get(page, port: shown.port)
            #expect(answer.status == 200, "\(page): \(answer.body)")
            #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
            for part in [
                "<main id=\"main\"", "<h1>", "<html lang=\"en\"", "href=\"#main\"", "<nav aria-label=", "<footer>",
                "aria-live=\"polite\"", "name=\"viewport\"",
            ] {
                #expect(answer.body.contains(part), "\(page) lacks \(part)")
            }
            for part in [
                "<run>", "<such>", "glow\"q", "style=", "onclick", "<style", "href=\"/", "src=\"/", "sweep & more",
            ] {
                #expect(!answer.body.contains(part), "\(page) has \(part)")
            }
            let twin = page == "/" ? "/runs.json" : page + ".json"
            let json = WebClient.get(twin, port: shown.port)
            #expect(json.status == 200 && json.headers["content-type"] == "application/json", "\(twin): \(json.body)")
            #expect((try? JSONSerialization.jsonObject(with: Data(json.body.utf8))) is [String: Any], "\(twin)")
        }
    }

    @Test("a run's page filters, sorts and pages as its address says")
    func cellTable() throws {
        let transforms = [TransformSpec.identity] + (1...130).map { .translate(Translation(dx: $0 - 65, dy: 7)) }
        let shown = try ShownStore(transforms: transforms)
        func cells(_ query: String) throws -> (total: Int, ids: [String]) {
            let json = WebClient.get(shown.address(".json?\(query)"), port: shown.port).body
            let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
            let ids = (object?["cells"] as? [[String: Any]])?.compactMap { $0["cell"] as? String } ?? []
            return (object?["total"] as? Int ?? -1, ids)
        }
        let ids = shown.cells.map(\.description)
        #expect(try cells("") == (131, Array(ids.prefix(100))))
        #expect(try cells("page=2") == (131, Array(ids.dropFirst(100))))
        #expect(try cells("sort=mean&desc=1") == (131, Array(ids.reversed().prefix(100))))
        #expect(try cells("q=identity") == (1, [ids[0]]))
        #expect(try cells("state=incomplete") == (0, []))
        let html = WebClient.get(shown.address("?sort=mean&page=2"), port: shown.port).body
        #expect(html.contains("101–131 of 131") && html.contains("aria-sort=\"ascending\""))
    }

    @Test("a cell's page says how each class is distributed, in a chart and in a table")
    func cellPage() throws {
        let shown = try ShownStore()
        let html = WebClient.get(shown.address("/cells/\(shown.cells[1])"), port: shown.port).body
        #expect(html.contains("<title id=\"chart-title\">"))
        #expect(html.contains("class=\"before\""), "the same images without transformation")
        // The mean of 1.1 … 1.19 is 1.145; each image is 0.1 above its own value without transformation.
        #expect(html.contains("<td class=\"number\">1.1450</td>") && html.contains("<td class=\"number\">+0.1000</td>"))
        #expect(html.contains("100.0 %"))
        let json = WebClient.get(shown.address("/cells/\(shown.cells[1]).json"), port: shown.port).body
        let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        let classes = try #require(object?["classes"] as? [[String: Any]])
        #expect(classes.compactMap { $0["class"] as? Int } == [0, 1])
        #expect(classes.allSatisfy { $0["n"] as? Int == 10 && $0["delta_raised"] as? Double == 1 })
    }

    @Test("what does not exist is a page, too")
    func missing() throws {
        let shown = try ShownStore()
        for page in ["/nothing", "/runs/x", shown.address("/x"), shown.address("/cells/zz"), "/assets/x", "/runs/"] {
            #expect(WebClient.get(page, port: shown.port).status == 404, "\(page)")
        }
        let unknown = CellID(Digest(of: "unknown".utf8))
        #expect(WebClient.get(shown.address("/cells/\(unknown)"), port: shown.port).status == 404)
        #expect(WebClient.get(shown.address("?page=9999"), port: shown.port).status == 200)
    }

    @Test("a store without runs says how to make one")
    func empty() throws {
        let folder = try TemporaryFolder()
        let page = OverviewPage(runs: [], total: 0, page: 1, store: folder.path("x.sqlite"))
        #expect(page.html(Links(from: [])).markup.contains("coordinator run SWEEP --store"))
    }

    @Test("a browser that has a page is told so, and a second request within a second is answered from the first")
    func notModified() throws {
        let shown = try ShownStore()
        let json = WebClient.get("/runs.json", port: shown.port)
        let etag = try #require(json.headers["etag"])
        let again = WebClient.get("/runs.json", port: shown.port, headers: ["If-None-Match": "W/\"x\", \(etag)"])
        #expect(again.status == 304 && again.body.isEmpty && again.headers["etag"] == etag)
        let head = WebClient.get("/runs.json", port: shown.port, method: "HEAD")
        #expect(head.status == 200 && head.body.isEmpty && head.headers["content-length"] == "\(json.body.utf8.count)")
    }

    @Test("two requests on one connection are answered in order")
    func pipelined() throws {
        let shown = try ShownStore()
        let client = try #require(WebClient(port: shown.port))
        let line = "HTTP/1.1\r\nHost: localhost\r\n"
        client.send("GET /livez \(line)\r\nGET /nothing \(line)Connection: close\r\n\r\n")
        let text = client.receive(until: nil)
        let statuses = text.components(separatedBy: "HTTP/1.1 ").dropFirst().map { $0.prefix(3) }
        #expect(statuses == ["200", "404"])
    }
}
