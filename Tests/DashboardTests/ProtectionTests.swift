// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Scheduling
import TestSupport
import Testing

@testable import Dashboard

/// What the server does with those who mean it ill.
@Suite("Protection", .timeLimit(.minutes(2)))
struct ProtectionTests {
    @Test("every answer tells browsers what not to do")
    func headers() throws {
        let shown = try ShownStore()
        for path in ["/", "/nothing", "/runs.json", "/assets/dashboard.css", "/livez", "/metrics", "/robots.txt"] {
            let headers = WebClient.get(path, port: shown.port).headers
            #expect(
                headers["content-security-policy"] == """
                    default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; \
                    frame-ancestors 'none'; base-uri 'none'; form-action 'self'
                    """,
                "\(path)"
            )
            #expect(headers["x-content-type-options"] == "nosniff" && headers["referrer-policy"] == "no-referrer")
            #expect(headers["x-robots-tag"]?.contains("noindex") == true)
        }
    }

    @Test("a request by a foreign name is refused, and says which option would allow it")
    func foreignHost() throws {
        let shown = try ShownStore()
        let refused = WebClient.get("/", port: shown.port, headers: ["Host": "evil.example:80"])
        #expect(refused.status == 421 && refused.body.contains("--allowed-host evil.example"))
        #expect(WebClient.get("/metrics", port: shown.port, headers: ["Host": "evil.example"]).status == 421)
        #expect(WebClient.get("/events", port: shown.port, headers: ["Host": "evil.example"]).status == 421)
        #expect(WebClient.get("/livez", port: shown.port, headers: ["Host": "10.1.2.3.evil.example"]).status == 200)
    }

    @Test("nothing can be changed")
    func readOnly() throws {
        let shown = try ShownStore()
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"] {
            #expect(WebClient.get("/", port: shown.port, method: method).status == 405)
        }
        #expect(WebClient.get("/runs.json", port: shown.port, method: "POST", body: "a=b").status == 405)
    }

    @Test("with a token a browser sees a form, a program a line, and the cookie opens all")
    func token() throws {
        let token = AccessToken()
        let shown = try ShownStore { $0.gate.token = token }
        let browser = ["Accept": "text/html,*/*"]
        let form = WebClient.get("/", port: shown.port, headers: browser)
        #expect(form.status == 401 && form.body.contains("action=\"./login\"") && !form.body.contains("a &lt;run"))
        for path in ["/runs.json", "/metrics", "/events", "/status.json", shown.address(".json")] {
            let refused = WebClient.get(path, port: shown.port)
            #expect(refused.status == 401 && refused.headers["www-authenticate"] == "Bearer", "\(path)")
            #expect(WebClient.get("\(path)?token=\(token.text)", port: shown.port).status == 401)
        }
        #expect(WebClient.get("/livez", port: shown.port).status == 200)
        #expect(WebClient.get("/readyz", port: shown.port).status == 200)
        #expect(WebClient.get("/assets/dashboard.css", port: shown.port).status == 200)

        let wrong = WebClient.get("/login", port: shown.port, method: "POST", headers: browser, body: "token=00")
        #expect(wrong.status == 403 && wrong.headers["set-cookie"] == nil && wrong.body.contains("not the token"))
        let right = WebClient.get("/login", port: shown.port, method: "POST", body: "token=\(token.text)")
        #expect(right.status == 303 && right.headers["location"] == ".")
        let cookie = try #require(right.headers["set-cookie"]?.split(separator: ";").first.map(String.init))
        #expect(WebClient.get("/", port: shown.port, headers: ["Cookie": cookie]).body.contains("a &lt;run&gt;"))
        let bearer = WebClient.get("/metrics", port: shown.port, headers: ["Authorization": "Bearer \(token.text)"])
        #expect(bearer.status == 200)
    }

    @Test("under a base path all links are relative, and the path is taken off where the proxy left it")
    func basePath() throws {
        let shown = try ShownStore { $0.base = BasePath("/x") ?? BasePath() }
        for path in ["/x/", "/", "/x\(shown.address())"] {
            let answer = WebClient.get(path, port: shown.port)
            #expect(answer.status == 200 && !answer.body.contains("=\"/"), "\(path)")
        }
        // From /x its relative links would lead beside it.
        let bare = WebClient.get("/x", port: shown.port)
        #expect(bare.status == 303 && bare.headers["location"] == "x/")
    }

    @Test("somebody who sends a byte at a time, or nothing, is cut off, and others are answered meanwhile")
    func slow() throws {
        var limits = WebLimits()
        (limits.request, limits.idle) = (.seconds(1), .seconds(1))
        let shown = try ShownStore(limits: limits)
        let idle = try #require(WebClient(port: shown.port))
        let slow = try #require(WebClient(port: shown.port))
        let begun = ContinuousClock.now
        var isCut = false
        for byte in "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + String(repeating: "a", count: 60) {
            guard slow.send(String(byte)) else {
                isCut = true
                break
            }
            usleep(100_000)
            if byte == "/" { #expect(WebClient.get("/livez", port: shown.port).status == 200) }
        }
        #expect(isCut && ContinuousClock.now - begun < .seconds(5))
        #expect(idle.receive().isEmpty && ContinuousClock.now - begun < .seconds(6))
    }

    @Test("a head that does not end, and one that is too large, are refused")
    func huge() throws {
        let shown = try ShownStore()
        let client = try #require(WebClient(port: shown.port))
        client.send("GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: 200_000))
        #expect(WebClient.Answer(client.receive(until: nil)).status == 431)
        #expect(
            WebClient.get("/", port: shown.port, headers: ["X": String(repeating: "a", count: 17000)]).status == 431
        )
    }

    @Test("beyond the limit of connections others are turned away, and taken again afterwards")
    func connections() async throws {
        var limits = WebLimits()
        limits.connections = 3
        let shown = try ShownStore(limits: limits)
        var open = (0..<3).compactMap { _ in WebClient(port: shown.port) }
        for client in open {
            client.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
            #expect(client.receive(until: "alive\n").contains("200 OK"))
        }
        #expect(WebClient.get("/livez", port: shown.port).status == 503)
        open = []
        var status = 503
        for _ in 0..<50 where status != 200 {
            try await Task.sleep(for: .milliseconds(100))
            status = WebClient.get("/livez", port: shown.port).status
        }
        #expect(status == 200)
    }
}
