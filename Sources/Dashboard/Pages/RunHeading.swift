// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Reporting

/// What a run's page begins with: how far it is.
struct RunHeading {
    var facts: RunFacts

    var html: HTML {
        """
        <section class="progress" aria-label="Progress">
        <p class="state"><span class="badge" data-badge="\(facts.state)">\(live("state"))</span> \
        <progress max="1" value="\(HumanText.fixed(facts.share, decimals: 4))" data-run="\(facts.run)" \
        aria-label="Images scored"></progress> \(live("percent"))</p>
        \(FactList(facts: list).html)\(pause)\(trainings)\(notices)</section>

        """
    }

    private var list: [(name: String, value: HTML)] {
        var list: [(name: String, value: HTML)] = [("images", live("images")), ("cells", live("cells"))]
        if facts.isGoingOn, facts.workers != nil {
            list += [("speed", live("rate")), ("time left", live("left")), ("workers", live("workers"))]
        }
        if facts.failedShards != nil { list.append(("failed shards", live("failed"))) }
        if facts.auditsDone + facts.auditsMissing > 0 {
            let (done, missing) = (HumanText.count(facts.auditsDone), HumanText.count(facts.auditsMissing))
            list.append(("audits", "\(done) done, \(missing) not"))
        }
        if facts.disputedShards > 0 {
            list.append(("disputed shards", "<strong>\(HumanText.count(facts.disputedShards))</strong>"))
        }
        if facts.mismatchedImages > 0 {
            list.append(("images that differed", "<strong>\(HumanText.count(facts.mismatchedImages))</strong>"))
        }
        list.append(("sweep", "\(facts.sweep)"))
        list.append(("begun", "<time datetime=\"\(facts.created)\">\(facts.created)</time>"))
        return list
    }

    /// A field that the script keeps up to date.
    private func live(_ field: String) -> HTML {
        "<span data-run=\"\(facts.run)\" data-field=\"\(field)\">\(facts.fields[field] ?? HumanText.absent)</span>"
    }

    private var pause: HTML {
        guard let reason = facts.pauseReason else { return "" }
        return "<p class=\"warning\">Paused: \(reason)</p>\n"
    }

    private var trainings: HTML {
        guard !facts.trainings.isEmpty else { return "" }
        let items: [HTML] = facts.trainings.map { "<li>\($0.line)</li>" }
        return "<h2>Trainings</h2>\n<ul>\(items)</ul>\n"
    }

    private var notices: HTML {
        guard !facts.notices.isEmpty else { return "" }
        let items: [HTML] = facts.notices.map { "<li>\($0)</li>" }
        return "<details id=\"notices\"><summary>Lately</summary><ul class=\"notices\">\(items)</ul></details>\n"
    }
}
