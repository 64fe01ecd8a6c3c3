// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Foundation
import Reporting

/// What all pages have around their content.
struct PageFrame {
    /// What the browser calls the page.
    var title: String
    var links: Links
    /// The page's own address without its folder, with its query; its twin in JSON is named after it.
    var twin: String?
    /// Whether what it shows may change; such a page follows the server's events.
    var isLive = false
    /// The way from the root to the page: names with their addresses, the last of which is the page's own.
    var trail: [(name: String, address: String)] = []
    /// The run that the page belongs to, and which of its pages it is.
    var run: (id: String, page: RunPage?)?
    /// The version of the program.
    var version: String
    /// When the page was made.
    var time = Date()

    /// The page as an answer.
    func response(_ content: HTML, status: Int = 200) -> WebResponse {
        .page(html(content), of: content, status: status)
    }

    /// The page with `content` below its heading.
    func html(_ content: HTML) -> HTML {
        """
        <!doctype html>
        <html lang="en" data-root="\(links.root)" data-live="\(isLive ? "yes" : "no")">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="robots" content="noindex, nofollow">
        <title>\(title) · BitSweep</title>
        <link rel="icon" type="image/svg+xml" href="\(links.asset("icon.svg"))">
        <link rel="stylesheet" href="\(links.asset("dashboard.css"))">
        \(script)</head>
        <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header>
        \(breadcrumb)
        <p class="connection" data-connection hidden></p>
        </header>
        \(tabs)<main id="main" tabindex="-1">
        <h1>\(title)</h1>
        \(content)
        </main>
        <footer>
        <p>BitSweep \(version) · as of <time datetime="\(Self.machineTime(time))">\(Self.humanTime(time))</time>\(twinLink)</p>
        </footer>
        <p class="hidden" role="status" aria-live="polite" data-announcement></p>
        </body>
        </html>

        """
    }

    private var script: HTML {
        guard isLive else { return "" }
        return """
            <script src="\(links.asset("dashboard.js"))" defer></script>
            <noscript><meta http-equiv="refresh" content="10"></noscript>

            """
    }

    private var breadcrumb: HTML {
        let steps = [("Runs", links.runs)] + trail.map { ($0.name, $0.address) }
        let items: [HTML] = steps.enumerated().map { position, step in
            let current: HTML = position == steps.count - 1 ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(step.1)\"\(current)>\(step.0)</a></li>"
        }
        return "<nav aria-label=\"Where you are\"><ol>\(items)</ol></nav>"
    }

    private var tabs: HTML {
        guard let run else { return "" }
        let items: [HTML] = RunPage.allCases.map { page in
            let current: HTML = page == run.page ? " aria-current=\"page\"" : ""
            return "<li><a href=\"\(links.run(run.id, page))\"\(current)>\(page.title)</a></li>"
        }
        return "<nav class=\"tabs\" aria-label=\"Pages of this run\"><ul>\(items)</ul></nav>\n"
    }

    private var twinLink: HTML {
        guard let twin else { return "" }
        return " · <a href=\"\(twin)\">the same as JSON</a>"
    }

    static func humanTime(_ time: Date) -> String {
        let text = machineTime(time)
        return text.replacing("T", with: " ").replacing("Z", with: " UTC")
    }

    static func machineTime(_ time: Date) -> String { time.formatted(.iso8601) }
}
