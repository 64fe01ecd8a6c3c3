// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting
package import ResultStore

/// What a dashboard shows, and to whom.
package struct DashboardSettings: Sendable {
    /// The store, opened for reading at least.
    package var store: ResultStore
    /// The run that goes on in this process, as its loop last saw it; nil before it has begun, and where none does.
    package var live: @Sendable () -> LiveRun?
    /// Whether this process runs a sweep: then it is ready when its loop is.
    package var hasCoordinator: Bool
    /// Who may read.
    package var gate: AccessGate
    /// The path that all pages are under.
    package var base = BasePath()
    /// Makes images of cells again; nil where it cannot be tried.
    package var pictures: (any CellPictures)?
    /// The version of the program.
    package var version: String
    /// How much is given to those who ask.
    package var limits = WebLimits()

    /// A dashboard of a store.
    package init(
        store: ResultStore,
        hasCoordinator: Bool = false,
        gate: AccessGate,
        version: String,
        live: @escaping @Sendable () -> LiveRun? = { nil }
    ) {
        self.store = store
        self.hasCoordinator = hasCoordinator
        self.gate = gate
        self.version = version
        self.live = live
    }
}

/// A store's runs as pages for a browser: what is answered to each request.
///
/// Nothing here is changed by asking. Pages are made beside the coordinator's loop, at most once a second each, from
/// summaries and from what the loop published; however many read them, the store and the loop notice nothing.
package final class Dashboard: Sendable {
    private let settings: DashboardSettings
    private let pages: Pages
    private let renders = SharedRenders()
    private let feed: LiveFeed

    /// A dashboard; `run` keeps its followers up to date.
    package init(_ settings: DashboardSettings) {
        self.settings = settings
        pages = Pages(settings)
        let epoch = UInt64.random(in: 1...UInt64(UInt32.max))
        feed = LiveFeed(epoch: epoch, mostFollowers: settings.limits.viewers)
    }

    /// Tells followers once a second what has changed, until it is cancelled.
    package func run() async throws {
        var silence = ContinuousClock.now
        while true {
            try await Task.sleep(for: .seconds(1))
            // Nobody looks: nothing is read.
            guard feed.followers > 0 else { continue }
            let status = await renders.response("status.json", pages.status)
            if status.status == 200, case .whole(let bytes) = status.body {
                feed.tell(String(decoding: bytes, as: UTF8.self).trimming(\.isNewline))
            }
            if ContinuousClock.now - silence > settings.limits.heartbeat {
                silence = .now
                feed.beat()
            }
        }
    }

    /// What is answered to a request.
    package func answer(_ request: WebRequest) async -> WebResponse {
        var response = await route(request)
        if case .whole = response.body { response = response.unless(known: request.headers["if-none-match"]) }
        for (name, value) in SecurityHeaders.all where response.headers[name] == nil { response.headers[name] = value }
        if response.headers["Cache-Control"] == nil { response.headers["Cache-Control"] = "no-cache" }
        return response
    }

    private func route(_ request: WebRequest) async -> WebResponse {
        if request.method != .post, let detour = settings.base.detour(request.path) { return .elsewhere(detour) }
        let path = settings.base.stripped(request.path)
        // Those who only ask whether it lives may call it what they like, and learn nothing else.
        if request.method != .post, path == ["livez"] { return .text("alive\n") }
        if request.method != .post, path == ["readyz"] { return await readiness() }
        if let fault = settings.gate.problem(with: request) { return .text(fault.message + "\n", status: fault.status) }
        if path.first == "assets" || path == ["robots.txt"], request.method != .post { return asset(path) }
        if request.method == .post {
            guard path == ["login"] else { return .text("nothing can be changed here\n", status: 405) }
            return login(request)
        }
        guard settings.gate.admits(request) else { return refusal(path, request) }
        switch path {
        case ["metrics"]: return await metrics(request)
        case ["events"]:
            guard let stream = feed.follow() else {
                var full = WebResponse.text("too many viewers; the page is shown without following it\n", status: 503)
                full.headers["Retry-After"] = "30"
                return full
            }
            return .events(stream)
        case ["status.json"]: return await renders.response("status.json", pages.status)
        case ["login"]: return .elsewhere("./")
        default: return await page(path, request.query)
        }
    }

    private func page(_ path: [String], _ query: [QueryItem]) async -> WebResponse {
        guard let route = PageRoute(path, query) else { return pages.missing(path) }
        return await renders.response(route.key) { [pages] in pages.response(route, path) }
    }

    private func login(_ request: WebRequest) -> WebResponse {
        let path = settings.base.seen(request.headers["x-forwarded-prefix"])
        switch settings.gate.open(request, under: path) {
        case .success(let response): return response
        case .failure(let fault): return pages.login(["login"], fault.message, status: fault.status)
        }
    }

    /// Programs are told in a line, people by the form.
    private func refusal(_ path: [String], _ request: WebRequest) -> WebResponse {
        guard request.headers["accept"]?.contains("text/html") == true, path.last?.hasSuffix(".json") != true else {
            var response = WebResponse.text("show the token: Authorization: Bearer TOKEN\n", status: 401)
            response.headers["WWW-Authenticate"] = "Bearer"
            return response
        }
        return pages.login(path, nil, status: 401)
    }

    private func asset(_ path: [String]) -> WebResponse {
        var response: WebResponse
        switch path.last {
        case "dashboard.css": response = .asset(DashboardStyle.text, "text/css; charset=utf-8")
        case "dashboard.js": response = .asset(Script.text, "text/javascript; charset=utf-8")
        case "icon.svg": response = .asset(DashboardStyle.icon, "image/svg+xml")
        case "robots.txt": response = .text("User-agent: *\nDisallow: /\n")
        default: return .text("there is no such file\n", status: 404)
        }
        response.headers["Cache-Control"] = "max-age=300"
        return response
    }

    private func readiness() async -> WebResponse {
        await renders.response("readyz") { [settings, pages] in
            if let problem = settings.hasCoordinator ? settings.live().problem : pages.problem {
                return .text("not ready: \(problem)\n", status: 503)
            }
            return .text("ready\n")
        }
    }

    private func metrics(_ request: WebRequest) async -> WebResponse {
        let form = Exposition(accepting: request.headers["accept"])
        return await renders.response("metrics \(form)") { [settings, feed] in
            let families = settings.live().map { [MetricFamily]($0) } ?? []
            let own = MetricFamily.ofDashboard(version: settings.version, viewers: feed.followers)
            return .text(form.text(families + own), type: form.type)
        }
    }
}

extension LiveRun? {
    /// Why the coordinator cannot work; nil when it can.
    fileprivate var problem: String? {
        guard let self, let published = self.published else { return "the run has not begun" }
        let silence = ContinuousClock.now - published
        if silence > .seconds(5) { return "the coordinator's loop stands still for \(HumanText.duration(silence))" }
        return self.storeProblem.map { "the store cannot be written: \($0)" }
    }
}
