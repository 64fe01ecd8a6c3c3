// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Synchronization

/// Who may read a dashboard.
package struct AccessGate: Sendable {
    /// Names that the dashboard goes by.
    package var hosts: AllowedHosts
    /// What others than this machine must show; nil where nobody else can connect.
    package var token: AccessToken?
    /// Tries at the token, which cannot be guessed; a limit keeps somebody who tries from costing anything.
    private let tries = Tries()

    /// A gate that is open to those who call it by one of `hosts` and, if there is one, show `token`.
    package init(hosts: AllowedHosts, token: AccessToken?) {
        self.hosts = hosts
        self.token = token
    }

    /// Why the request is not for here; nil when it is.
    func problem(with request: WebRequest) -> WebFault? {
        let host = request.headers["host"] ?? ""
        return hosts.allows(host) ? nil : WebFault(421, AllowedHosts.advice(host))
    }

    /// Whether somebody may read.
    func admits(_ request: WebRequest) -> Bool { token?.admits(request) ?? true }

    /// What comes of a form with a token in it: a cookie, or that it is wrong.
    ///
    /// - Parameters:
    ///   - request: What was posted.
    ///   - path: The path that all pages are under, as the browser sees it.
    /// - Returns: The answer, or what is wrong with the form.
    func open(_ request: WebRequest, under path: String) -> Result<WebResponse, WebFault> {
        guard let token else { return .success(.elsewhere(".")) }
        guard isOwnForm(request) else { return .failure(WebFault(403, "the form comes from another site")) }
        guard tries.allow() else { return .failure(WebFault(429, "too many tries; wait a second")) }
        let items = (try? RequestTarget.items(request.body[...])) ?? []
        guard let text = items.first(where: { $0.name == "token" })?.value, token.matches(text) else {
            return .failure(WebFault(403, "this is not the token"))
        }
        var response = WebResponse.elsewhere(".")
        let isEncrypted = request.headers["x-forwarded-proto"]?.lowercased() == "https"
        response.headers["Set-Cookie"] =
            "\(AccessToken.cookie)=\(token.session); Path=\(path); HttpOnly; SameSite=Strict; Max-Age=2592000"
            + (isEncrypted ? "; Secure" : "")
        return .success(response)
    }

    /// Whether a form was sent by a page of the dashboard, as far as browsers say.
    private func isOwnForm(_ request: WebRequest) -> Bool {
        if let site = request.headers["sec-fetch-site"] { return site == "same-origin" || site == "none" }
        guard let origin = request.headers["origin"], let scheme = origin.range(of: "://") else { return true }
        return hosts.allows(String(origin[scheme.upperBound...]))
    }
}

/// Counts tries, of which a few a second are allowed.
private final class Tries: Sendable {
    private static let perSecond = 5
    private let recent = Mutex<[ContinuousClock.Instant]>([])

    func allow() -> Bool {
        let now = ContinuousClock.now
        return recent.withLock { recent in
            recent.removeAll { now - $0 > .seconds(1) }
            guard recent.count < Self.perSecond else { return false }
            recent.append(now)
            return true
        }
    }
}
