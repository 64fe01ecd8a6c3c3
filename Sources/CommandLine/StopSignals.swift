// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc
package import UnixSignals

/// The signals by which a process is asked to end in good order.
///
/// SIGTERM and SIGINT come from people and supervisors, SIGHUP from a terminal that is closed, SIGUSR1 and SIGUSR2 from
/// schedulers that warn before the time is over; left alone, each of them would end the process at once.
package enum StopSignals {
    /// The signals from now on, caught for as long as the process lives.
    ///
    /// One that was ignored when the process began stays so: `nohup` means it.
    package static func caught() async -> UnixSignalsSequence {
        let gentle = [(SIGHUP, UnixSignal.sighup), (SIGUSR1, .sigusr1), (SIGUSR2, .sigusr2)]
        let wanted = [UnixSignal.sigint, .sigterm] + gentle.filter { !isIgnored($0.0) }.map(\.1)
        return await UnixSignalsSequence(trapping: wanted)
    }

    private static func isIgnored(_ signal: Int32) -> Bool {
        var action = sigaction()
        guard sigaction(signal, nil, &action) == 0 else { return false }
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
            == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}

extension UnixSignal {
    /// Whether a second such signal means that the process is to end at once.
    ///
    /// Warnings of schedulers and terminals come beside others, and mean no hurry.
    package var isUrgent: Bool { self == .sigint || self == .sigterm }
}
