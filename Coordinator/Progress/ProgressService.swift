// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Shows the loop's progress a few times a second until the run ends.
struct ProgressService: Service {
    let report: RunReport
    let status: RunStatus

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: report.interval)
                report.show(status)
            }
        }
        report.show(status)
        report.clear()
    }
}
