// BitSweep
// SPDX-License-Identifier: Apache-2.0

import ServiceLifecycle

/// Shows the loop's progress a few times a second until the run ends.
struct ProgressService: Service {
    let report: RunReport
    let status: RunStatus

    func run() async throws {
        try? await cancelWhenGracefulShutdown {
            var wasWaiting = false
            while true {
                try await Task.sleep(for: report.interval)
                // The loop's thread, which tells of all else, is the one that waits then.
                if IndexFault.isWaiting, !wasWaiting { status.notice(IndexFault.notice) }
                wasWaiting = IndexFault.isWaiting
                report.show(status)
            }
        }
        report.show(status)
        report.clear()
    }
}
