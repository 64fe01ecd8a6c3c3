// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Dashboard

@Suite("Access")
struct AccessTests {
    @Test("a dashboard goes by this machine's names, by addresses, and by names that were allowed")
    func hosts() {
        let hosts = AllowedHosts(machine: "head.cluster", others: ["Results.Example.org"])
        for name in [
            "localhost", "LOCALHOST:8470", "a.localhost:1", "127.0.0.1:8470", "[::1]:8470", "::1", "10.0.0.7",
            "head.cluster:8470", "results.example.org", "results.example.org.:80",
        ] {
            #expect(hosts.allows(name), "\(name)")
        }
        for name in ["", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "[::1].evil.example"] {
            #expect(!hosts.allows(name), "\(name)")
        }
    }

    @Test("a token is 32 bytes, written so that it can be read back, and never the same twice")
    func token() throws {
        let token = AccessToken()
        #expect(token.text.count == 64)
        #expect(AccessToken(token.text + "\n") == token)
        #expect(token.matches(token.text) && !token.matches(AccessToken().text) && !token.matches(""))
        #expect(AccessToken("00") == nil && AccessToken(String(repeating: "g", count: 64)) == nil)
        #expect(token.session != token.text && token.session == AccessToken(token.text)?.session)
    }

    @Test("the token opens as a bearer's, its cookie as a browser's, and in a query never")
    func admission() {
        let token = AccessToken()
        func request(_ headers: [String: String], _ query: [QueryItem] = []) -> WebRequest {
            WebRequest(path: [], query: query, headers: headers)
        }
        #expect(token.admits(request(["authorization": "Bearer \(token.text)"])))
        #expect(token.admits(request(["cookie": "a=b; bitsweep_session=\(token.session); c=d"])))
        #expect(!token.admits(request(["cookie": "bitsweep_session=\(token.text)"])))
        #expect(!token.admits(request(["cookie": "bitsweep_session="])))
        #expect(!token.admits(request(["authorization": token.text])))
        #expect(!token.admits(request([:], [QueryItem("token", token.text)])))
    }

    @Test("a form opens only with the token, from a page of the dashboard, and a few times a second")
    func form() throws {
        let token = AccessToken()
        let gate = AccessGate(hosts: AllowedHosts(machine: "head"), token: token)
        func post(_ text: String, _ headers: [String: String] = [:]) -> Result<WebResponse, WebFault> {
            var request = WebRequest(.post, path: ["login"], headers: headers)
            request.body = Array("token=\(text)".utf8)
            return gate.open(request, under: "/x")
        }
        let cookie = try post(token.text).get().headers["Set-Cookie"]
        #expect(cookie == "bitsweep_session=\(token.session); Path=/x; HttpOnly; SameSite=Strict; Max-Age=2592000")
        let encrypted = try post(token.text, ["x-forwarded-proto": "https"]).get().headers["Set-Cookie"]
        #expect(encrypted?.hasSuffix("; Secure") == true)
        #expect(throws: WebFault(403, "the form comes from another site")) {
            try post(token.text, ["origin": "https://evil.example"]).get()
        }
        #expect(throws: WebFault(403, "the form comes from another site")) {
            try post(token.text, ["sec-fetch-site": "cross-site"]).get()
        }
        #expect(throws: WebFault(403, "this is not the token")) { try post(AccessToken().text).get() }
        _ = post("1")
        _ = post("2")
        #expect(throws: WebFault(429, "too many tries; wait a second")) { try post(token.text).get() }
    }

    @Test("a base path is taken off where a proxy left it, and names the cookie's path")
    func basePath() throws {
        let base = try #require(BasePath("/x/y"))
        #expect(base.stripped(["x", "y", "runs"]) == ["runs"] && base.stripped(["x", "y", ""]) == [])
        #expect(base.stripped(["runs"]) == ["runs"])
        #expect(base.seen(nil) == "/x/y" && base.seen("/z") == "/z" && BasePath().seen(nil) == "/")
        #expect(base.seen("/z; Domain=evil") == "/x/y")
        #expect(BasePath("x") == nil && BasePath("/../x") == nil && BasePath("/a b") == nil)
    }

    @Test("links lead to the root from however deep a page is")
    func links() {
        #expect(Links(from: []).runs == "./")
        #expect(Links(from: ["runs"]).runs == "./")
        #expect(Links(from: ["runs", "a"]).run("b c", .effects) == "./../runs/b%20c/effects")
        #expect(Links(from: ["runs", "a", "cells", "x"]).asset("dashboard.css") == "./../../../assets/dashboard.css")
    }
}
