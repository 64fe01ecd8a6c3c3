// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Glibc

/// What libzmq or the system refused, and what to do about it.
public struct ZeroMQError: Error, Hashable, Sendable {
    /// What was being done.
    public enum Operation: Hashable, Sendable {
        /// A context was made.
        case context
        /// A socket was made.
        case socket
        /// The named option of a socket was set or read.
        case option(String)
        /// A socket was to listen on this endpoint.
        case bind(String)
        /// A socket was to connect to this endpoint.
        case connect(String)
        /// A message was sent.
        case send
        /// A message was received.
        case receive
        /// A thread waited for a socket.
        case poll
        /// A descriptor that wakes a thread was made or used.
        case wakeup
        /// A thread was started.
        case thread
        /// A CURVE key was made or read.
        case key
    }

    /// What was being done.
    public let operation: Operation
    /// The error number, as errno.h and zmq.h define it.
    public let code: Int32

    /// The refusal of `operation` with error number `code`.
    public init(_ operation: Operation, code: Int32) {
        self.operation = operation
        self.code = code
    }

    /// The refusal that the calling thread has just met.
    static func last(_ operation: Operation) -> ZeroMQError {
        ZeroMQError(operation, code: zmq_errno())
    }

    /// The error number's name, such as `EADDRINUSE`.
    public var name: String { Self.known[code]?.name ?? "error \(code)" }

    /// Whether the call was only interrupted by a signal and is to be made again.
    var isInterruption: Bool { code == EINTR }
}

extension ZeroMQError: CustomStringConvertible {
    /// One line: the operation, the error's name, its meaning and what to do.
    public var description: String {
        let meaning = unsafe String(cString: zmq_strerror(code)).lowercasedFirst
        return "\(operation): \(name): \(meaning)\(advice.map { "; \($0)" } ?? "")"
    }

    private var advice: String? {
        switch (code, operation) {
        case (EINVAL, .bind), (EINVAL, .connect): "endpoints look like tcp://HOST:PORT"
        case (EINVAL, .key): "keys are 40 characters of Z85"
        case (EAGAIN, .thread): "raise the limits of processes and of memory (ulimit -u, ulimit -v)"
        default: Self.known[code]?.advice
        }
    }

    private static let known: [Int32: (name: String, advice: String?)] = [
        EADDRINUSE: ("EADDRINUSE", "another process listens there: stop it or choose another --listen"),
        EADDRNOTAVAIL: (
            "EADDRNOTAVAIL", "this machine has no such address: listen on one of its own, or on tcp://*:PORT"
        ),
        EACCES: ("EACCES", "ports below 1024 need privileges: choose a higher one"),
        ENODEV: ("ENODEV", "this machine has no such network interface"),
        EINVAL: ("EINVAL", nil),
        EPROTONOSUPPORT: ("EPROTONOSUPPORT", "use tcp://, ipc:// or inproc://"),
        bitsweep_ENOCOMPATPROTO: ("ENOCOMPATPROTO", "use tcp://, ipc:// or inproc://"),
        ENOTSUP: ("ENOTSUP", "this libzmq was built without CURVE: install one with libsodium"),
        EMFILE: ("EMFILE", "raise the limit of open files with ulimit -n"),
        ENFILE: ("ENFILE", "the system has no file descriptor left"),
        EAGAIN: ("EAGAIN", nil),
        ENOMEM: ("ENOMEM", nil),
        EHOSTUNREACH: ("EHOSTUNREACH", nil),
        EMSGSIZE: ("EMSGSIZE", "the message is larger than the socket's options allow"),
        EFAULT: ("EFAULT", nil),
        ENOTSOCK: ("ENOTSOCK", nil),
        bitsweep_ETERM: ("ETERM", "the context was closed before the socket"),
        bitsweep_EFSM: ("EFSM", nil),
        bitsweep_EMTHREAD: ("EMTHREAD", nil),
    ]
}

extension ZeroMQError.Operation: CustomStringConvertible {
    /// The operation in a few words, as in `listen on tcp://127.0.0.1:5555`.
    public var description: String {
        switch self {
        case .context: "make a ZeroMQ context"
        case .socket: "make a ZeroMQ socket"
        case .option(let name): "ZeroMQ option \(name)"
        case .bind(let endpoint): "listen on \(endpoint)"
        case .connect(let endpoint): "connect to \(endpoint)"
        case .send: "send a message"
        case .receive: "receive a message"
        case .poll: "wait for a socket"
        case .wakeup: "wake a thread"
        case .thread: "start a thread"
        case .key: "CURVE key"
        }
    }
}

extension String {
    /// libzmq and the C library begin their texts with a capital; here they stand inside a line.
    fileprivate var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
