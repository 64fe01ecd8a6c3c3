// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CommandLine
import Dashboard
import Logging
import ServiceLifecycle
import UnixSignals

/// The dashboard of a store beside which no run goes on in this process.
struct StoreDashboard {
    let store: StoreOption
    let data: DataOption
    let options: DashboardOptions

    /// Answers browsers until SIGTERM or Ctrl-C.
    func show(at place: DashboardAddress) async throws {
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
