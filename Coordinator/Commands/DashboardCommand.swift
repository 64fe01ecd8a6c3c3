// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import CommandLine
import Dashboard
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

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
            let results = try store.openForReading()
            let server = try options.server(at: place, of: store.store)
            OpenFileLimit.raise()
            Terminal.error.tell(lines: server.lines)
            let pictures = StoredPictures(store: results, library: data.library(quiet: true))
            let group = ServiceGroup(
                configuration: ServiceGroupConfiguration(
                    services: [.init(service: server.service(of: results, status: nil, pictures: pictures))],
                    gracefulShutdownSignals: [.sigterm, .sigint],
                    logger: Logger(label: "dashboard", factory: { _ in SwiftLogNoOpLogHandler() })
                )
            )
            try await group.run()
        }
    }
}
