// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// Pages that show nothing of a run.
enum PlainPages {
    /// The form in which a token is shown.
    static func login(_ links: Links, problem: String?) -> HTML {
        let line: HTML = problem.map { "<p class=\"warning\" role=\"alert\">\($0)</p>\n" } ?? ""
        return """
            \(line)<p>This dashboard shows itself to those who have its token. Whoever started it finds the file with the \
            token named on its standard error.</p>
            <form class="login" method="post" action="\(links.root)login">
            <label>Token <input type="password" name="token" autocomplete="current-password" required autofocus></label>
            <button>Open</button>
            </form>
            """
    }

    /// Why there is no page.
    static func fault(_ message: String, _ links: Links) -> HTML {
        "<p class=\"warning\">\(message)</p>\n<p><a href=\"\(links.runs)\">All runs</a></p>"
    }
}
