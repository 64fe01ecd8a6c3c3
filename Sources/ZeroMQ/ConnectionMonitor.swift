// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Glibc
import Synchronization

/// The end of libzmq's event pipe that a socket's owner reads.
@safe final class ConnectionMonitor {
    /// Names of pipes must differ within a context; a closed socket's is in use for a while.
    private static let pipes = Atomic<UInt>(0)

    let handle: UnsafeMutableRawPointer
    // A context must outlive its sockets, this one too.
    private let context: Context

    /// Begins to watch `socket`, whose thread this is.
    init(of socket: UnsafeMutableRawPointer, kind: Socket.Kind, context: Context) throws(ZeroMQError) {
        let name = "inproc://bitsweep.monitor.\(Self.pipes.add(1, ordering: .relaxed).newValue)"
        var events =
            ZMQ_EVENT_HANDSHAKE_FAILED_AUTH | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL
            | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL
        if kind == .dealer { events |= ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_DISCONNECTED }
        guard let handle = unsafe zmq_socket(context.handle, ZMQ_PAIR) else { throw .last(.socket) }
        // No limit: libzmq's thread waits while the pipe is full, and with it every connection.
        var unlimited: Int32 = 0
        guard unsafe zmq_setsockopt(handle, ZMQ_RCVHWM, &unlimited, MemoryLayout.size(ofValue: unlimited)) == 0,
            unsafe zmq_socket_monitor(socket, name, events) == 0
        else {
            let error = ZeroMQError.last(.option("connection reports"))
            unsafe zmq_close(handle)
            throw error
        }
        guard unsafe zmq_connect(handle, name) == 0 else {
            let error = ZeroMQError.last(.option("connection reports"))
            unsafe zmq_socket_monitor(socket, nil, 0)
            unsafe zmq_close(handle)
            throw error
        }
        unsafe self.handle = unsafe handle
        self.context = context
    }

    deinit {
        unsafe zmq_close(handle)
    }

    /// The next report that has arrived; nil when there is none.
    func receive() throws(ZeroMQError) -> ConnectionReport? {
        while let event = try frame() {
            _ = try frame()
            // Two bytes of event, four of value, in the machine's order, which is little-endian.
            guard event.count == 6 else { continue }
            let number = UInt16(event[0]) | UInt16(event[1]) << 8
            let value = (2..<6).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32(event[$1]) }
            if let report = ConnectionReport(event: number, value: value) { return report }
        }
        return nil
    }

    /// The next frame, cut to the bytes of an event; nil when there is none.
    private func frame() throws(ZeroMQError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 6)
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe zmq_recv(handle, $0.baseAddress, $0.count, ZMQ_DONTWAIT)
            }
            if count >= 0 { return Array(bytes.prefix(Int(count))) }
            switch zmq_errno() {
            case EINTR: continue
            case EAGAIN: return nil
            case let code: throw ZeroMQError(.receive, code: code)
            }
        }
    }
}
