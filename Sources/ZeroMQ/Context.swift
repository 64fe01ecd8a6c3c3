// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ

/// Owns libzmq's input and output threads; every socket of a process comes from one.
///
/// Sockets keep their context alive, so it ends after the last of them; it then waits until the messages they left
/// behind are sent or their linger time is over.
@safe public final class Context: @unchecked Sendable {
    // @unchecked: the only stored value never changes, and libzmq documents contexts as safe to share between threads.
    let handle: UnsafeMutableRawPointer

    /// Starts a context.
    ///
    /// - Parameters:
    ///   - ioThreads: threads that move bytes; one serves about a gigabyte a second.
    ///   - maximumSockets: how many sockets may be open at once.
    /// - Throws: when the system has no memory, thread or descriptor left.
    public init(ioThreads: Int = 1, maximumSockets: Int = 1023) throws(ZeroMQError) {
        // Those of libzmq, which ends the process where one of its own cannot be started, and of a socket.
        try ThreadSupply.require(ioThreads + 3)
        guard let handle = unsafe zmq_ctx_new() else { throw .last(.context) }
        unsafe self.handle = unsafe handle
        for (option, value) in [(ZMQ_IO_THREADS, ioThreads), (ZMQ_MAX_SOCKETS, maximumSockets)] {
            guard unsafe zmq_ctx_set(handle, option, Int32(clamping: value)) == 0 else { throw .last(.context) }
        }
    }

    deinit {
        while unsafe zmq_ctx_term(handle) != 0, ZeroMQError.last(.context).isInterruption {}
    }
}
