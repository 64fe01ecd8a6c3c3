// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine

/// `coordinator dashboard`: a store's runs in a browser.
struct DashboardCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dashboard",
        abstract: "Show a store's runs in a browser.",
        discussion: """
            Pages show what is recorded and change nothing. They are for this machine
            alone unless --listen names another address; others then need the token in
            the file that is named on standard error. A run that goes on is shown with
            its workers by 'coordinator run --dashboard'. Ctrl-C ends it.

            Examples:
              coordinator dashboard --store mnist.sqlite
              coordinator dashboard --listen 0.0.0.0:8470 --allowed-host results.example.org
              ssh -L 8470:127.0.0.1:8470 cluster-head    # then http://localhost:8470/ here
            """
    )

    /// Where a dashboard listens when nothing else is said.
    static let standard = "127.0.0.1:8470"

    @OptionGroup var store: StoreOption
    @OptionGroup var data: DataOption

    @Option(help: ArgumentHelp("Where browsers connect; port 0 is any that is free.", valueName: "HOST:PORT"))
    var listen = DashboardCommand.standard

    @OptionGroup var options: DashboardOptions

    func run() async throws {
        try await reportingErrors {
            let place = try DashboardAddress(listen, of: "--listen")
            try await StoreDashboard(store: store, data: data, options: options).show(at: place)
        }
    }
}
