// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Glibc

extension SocketOptions {
    /// Sets every option on a new socket.
    func apply(to handle: UnsafeMutableRawPointer, kind: Socket.Kind) throws(ZeroMQError) {
        let target = unsafe OptionTarget(handle: handle)
        try target.set("linger", ZMQ_LINGER, linger)
        try target.set("send limit", ZMQ_SNDHWM, sendLimit)
        try target.set("receive limit", ZMQ_RCVHWM, receiveLimit)
        try target.set("maximum frame size", ZMQ_MAXMSGSIZE, Int64(maximumFrameBytes))
        try target.set("reconnection interval", ZMQ_RECONNECT_IVL, reconnection.initial)
        try target.set("longest reconnection interval", ZMQ_RECONNECT_IVL_MAX, reconnection.maximum)
        try target.set("handshake timeout", ZMQ_HANDSHAKE_IVL, handshakeTimeout)
        try target.set("IPv6", ZMQ_IPV6, ipv6)
        if let connectionTimeout { try target.set("connection timeout", ZMQ_CONNECT_TIMEOUT, connectionTimeout) }
        if let heartbeat {
            try target.set("heartbeat interval", ZMQ_HEARTBEAT_IVL, heartbeat.interval)
            try target.set("heartbeat timeout", ZMQ_HEARTBEAT_TIMEOUT, heartbeat.timeout)
        }
        if let routingID {
            // libzmq accepts a first byte of zero, with which the ids begin that a router makes up.
            guard routingID.first != 0 else { throw ZeroMQError(.option("routing id"), code: EINVAL) }
            try target.set("routing id", ZMQ_ROUTING_ID, bytes: routingID)
        }
        switch kind {
        case .router:
            try target.set("router mandatory", ZMQ_ROUTER_MANDATORY, routerMandatory)
            try target.set("router handover", ZMQ_ROUTER_HANDOVER, routerHandover)
        case .dealer:
            try target.set("only connected", ZMQ_IMMEDIATE, onlyConnected)
        }
        try security.apply(to: target)
    }
}

extension SocketOptions.Security {
    fileprivate func apply(to target: OptionTarget) throws(ZeroMQError) {
        switch self {
        case .none:
            break
        case .curveServer(let secretKey, let zapDomain):
            try target.set("CURVE server", ZMQ_CURVE_SERVER, true)
            try target.set("CURVE secret key", ZMQ_CURVE_SECRETKEY, text: secretKey.text)
            if let zapDomain {
                try target.set("ZAP domain", ZMQ_ZAP_DOMAIN, bytes: Array(zapDomain.utf8))
                // Otherwise libzmq lets everyone in while there is no handler to ask.
                try target.set("ZAP domain enforcement", bitsweep_ZAP_ENFORCE_DOMAIN, true)
            }
        case .curveClient(let keys, let server):
            try target.set("CURVE server key", ZMQ_CURVE_SERVERKEY, text: server.text)
            try target.set("CURVE public key", ZMQ_CURVE_PUBLICKEY, text: keys.publicKey.text)
            try target.set("CURVE secret key", ZMQ_CURVE_SECRETKEY, text: keys.secretKey.text)
        }
    }
}

/// A socket that is being set up.
@safe private struct OptionTarget {
    let handle: UnsafeMutableRawPointer

    func set(_ name: String, _ option: Int32, _ value: Int) throws(ZeroMQError) {
        var value = Int32(clamping: value)
        try check(name, unsafe zmq_setsockopt(handle, option, &value, MemoryLayout.size(ofValue: value)))
    }

    func set(_ name: String, _ option: Int32, _ value: Int64) throws(ZeroMQError) {
        var value = value
        try check(name, unsafe zmq_setsockopt(handle, option, &value, MemoryLayout.size(ofValue: value)))
    }

    func set(_ name: String, _ option: Int32, _ value: Bool) throws(ZeroMQError) {
        try set(name, option, value ? 1 : 0)
    }

    func set(_ name: String, _ option: Int32, _ value: Duration) throws(ZeroMQError) {
        try set(name, option, value.milliseconds)
    }

    func set(_ name: String, _ option: Int32, bytes: [UInt8]) throws(ZeroMQError) {
        try check(
            name,
            unsafe bytes.withUnsafeBytes { unsafe zmq_setsockopt(handle, option, $0.baseAddress, $0.count) }
        )
    }

    /// libzmq takes a key's text with its terminating zero.
    func set(_ name: String, _ option: Int32, text: String) throws(ZeroMQError) {
        try set(name, option, bytes: Array(text.utf8) + [0])
    }

    private func check(_ name: String, _ status: Int32) throws(ZeroMQError) {
        guard status == 0 else { throw .last(.option(name)) }
    }
}

extension Duration {
    /// Whole milliseconds, rounded up; what does not fit is the longest time that libzmq can count.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds < 2_000_000 else { return 2_000_000_000 }
        return max(0, Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
