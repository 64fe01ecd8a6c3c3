// BitSweep
// SPDX-License-Identifier: Apache-2.0

import Glibc

/// An address of a machine in a network, IPv4 or IPv6.
public struct HostAddress: Hashable, Sendable, CustomStringConvertible {
    /// Why no address of a name is known.
    public struct LookupError: Error, Hashable, Sendable {
        /// The name.
        public let name: String
        /// What the resolver says, such as `Name or service not known`.
        public let reason: String

        /// The failed lookup of `name`.
        public init(name: String, reason: String) {
            self.name = name
            self.reason = reason
        }
    }

    /// The address as an endpoint has it: `127.0.0.1`, `[::1]`, `[fe80::1%eth0]`.
    public let description: String
    /// Whether no other machine can reach it: 127.0.0.0/8 or ::1.
    public let isLoopback: Bool
    /// A `sockaddr_in` or a `sockaddr_in6`.
    private let bytes: [UInt8]

    /// The addresses of a host, or of an address's text, IPv4 first; blocks until the resolver has answered.
    ///
    /// IPv4 goes first because nearly everyone who names this machine means 127.0.0.1, which many resolvers tell last.
    public static func all(of name: String) throws(LookupError) -> [HostAddress] { try lookUp(name, flags: 0) }

    /// The address that `text` writes, without brackets; nil for a name.
    public static func literal(_ text: String) -> HostAddress? { try? lookUp(text, flags: AI_NUMERICHOST).first }

    private static func lookUp(_ name: String, flags: Int32) throws(LookupError) -> [HostAddress] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_flags = flags
        unsafe hints.ai_family = AF_UNSPEC
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = unsafe getaddrinfo(name, nil, &hints, &list)
        guard status == 0 else {
            let reason =
                status == EAI_SYSTEM
                ? unsafe strerror(errno) : unsafe UnsafeMutablePointer(mutating: gai_strerror(status))
            throw LookupError(name: name, reason: unsafe reason.map { unsafe String(cString: $0) } ?? "error \(status)")
        }
        defer { unsafe freeaddrinfo(list) }
        var found: [HostAddress] = []
        var next = unsafe list
        while let entry = unsafe next {
            if let address = unsafe HostAddress(entry.pointee.ai_addr), !found.contains(address) {
                found.append(address)
            }
            unsafe next = unsafe entry.pointee.ai_next
        }
        guard !found.isEmpty else { throw LookupError(name: name, reason: "it has no IP address") }
        return found.filter(\.isIPv4) + found.filter { !$0.isIPv4 }
    }

    /// The addresses of this machine's network interface of that name, IPv4 first; none when there is no such interface.
    public static func ofInterface(_ name: String) -> [HostAddress] {
        ofInterfaces().filter { $0.interface == name }.map(\.address)
    }

    /// The addresses of this machine with their network interfaces, IPv4 first; those of interfaces that are switched off
    /// only where `includingDown`.
    public static func ofInterfaces(includingDown: Bool = true) -> [(interface: String, address: HostAddress)] {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard unsafe getifaddrs(&list) == 0 else { return [] }
        defer { unsafe freeifaddrs(list) }
        var found: [(interface: String, address: HostAddress)] = []
        var next = unsafe list
        while let entry = unsafe next {
            let isUp = unsafe entry.pointee.ifa_flags & UInt32(IFF_UP) != 0
            if includingDown || isUp, let address = unsafe HostAddress(entry.pointee.ifa_addr) {
                unsafe found.append((String(cString: entry.pointee.ifa_name), address))
            }
            unsafe next = unsafe entry.pointee.ifa_next
        }
        return found.filter(\.address.isIPv4) + found.filter { !$0.address.isIPv4 }
    }

    /// The address of this machine from which it reaches other networks; nil where it reaches none.
    public static var outgoing: HostAddress? {
        // Addresses for documentation: a datagram socket looks for a route when it is connected, and sends nothing.
        for far in ["192.0.2.1", "2001:db8::1"] {
            guard let far = literal(far), let own = far.source, !own.isLoopback else { continue }
            return own
        }
        return nil
    }

    /// The address of this machine from which packets to this one would come; nil where there is no route to it.
    public var source: HostAddress? {
        let kind = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isIPv4 ? AF_INET : AF_INET6, kind, 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard unsafe withSocketAddress(port: 9, { unsafe connect(descriptor, $0, $1) }) == 0 else { return nil }
        var bytes = bytes
        var size = socklen_t(bytes.count)
        let status = unsafe bytes.withUnsafeMutableBytes {
            unsafe getsockname(descriptor, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), &size)
        }
        // An address is one whatever the port.
        (bytes[2], bytes[3]) = (0, 0)
        return status == 0 ? HostAddress(unmapped: bytes) : nil
    }

    private init?(_ address: UnsafeMutablePointer<sockaddr>?) {
        guard let address = unsafe address else { return nil }
        let size: Int
        switch Int32(unsafe address.pointee.sa_family) {
        case AF_INET: size = MemoryLayout<sockaddr_in>.size
        case AF_INET6: size = MemoryLayout<sockaddr_in6>.size
        default: return nil
        }
        let bytes = unsafe Array(UnsafeRawBufferPointer(start: UnsafeRawPointer(address), count: size))
        self.init(unmapped: bytes)
    }

    /// The address in a socket address; an IPv4 one that is dressed as IPv6, `::ffff:127.0.0.1`, is taken for what it is.
    private init?(unmapped bytes: [UInt8]) {
        let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]
        var bytes = bytes
        if bytes.count == MemoryLayout<sockaddr_in6>.size, bytes[8..<20].elementsEqual(mapped) {
            let family = unsafe withUnsafeBytes(of: sa_family_t(AF_INET)) { unsafe Array($0) }
            bytes = family + bytes[2..<4] + bytes[20..<24] + [UInt8](repeating: 0, count: 8)
        }
        var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        let status = unsafe bytes.withUnsafeBytes { raw in
            unsafe getnameinfo(
                raw.baseAddress?.assumingMemoryBound(to: sockaddr.self),
                socklen_t(raw.count),
                &host,
                socklen_t(host.count),
                nil,
                0,
                NI_NUMERICHOST
            )
        }
        guard status == 0 else { return nil }
        let text = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let isIPv4 = bytes.count == MemoryLayout<sockaddr_in>.size
        self.bytes = bytes
        description = isIPv4 ? text : "[\(text)]"
        isLoopback = isIPv4 ? bytes[4] == 127 : bytes[8..<24].elementsEqual([UInt8](repeating: 0, count: 15) + [1])
    }

    /// Whether it is an IPv4 address; else it is one of IPv6.
    public var isIPv4: Bool { bytes.count == MemoryLayout<sockaddr_in>.size }

    /// Whether it means something on one link alone: 169.254.0.0/16 or fe80::/10.
    public var isLinkLocal: Bool {
        isIPv4 ? bytes[4] == 169 && bytes[5] == 254 : bytes[8] == 0xFE && bytes[9] & 0xC0 == 0x80
    }

    /// Whether this machine can listen there.
    public var isOwn: Bool {
        let descriptor = socket(isIPv4 ? AF_INET : AF_INET6, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return unsafe withSocketAddress(port: 0) { unsafe bind(descriptor, $0, $1) } == 0
    }

    /// Begins to connect to `port` there.
    ///
    /// - Returns: a socket that can be written to when the attempt has ended, or what kept it from beginning.
    func beginConnecting(port: UInt16) -> Result<Int32, ZeroMQError> {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(isIPv4 ? AF_INET : AF_INET6, kind, 0)
        func failure() -> Result<Int32, ZeroMQError> {
            .failure(ZeroMQError(.connect("tcp://\(self):\(port)"), code: errno))
        }
        guard descriptor >= 0 else { return failure() }
        let status = unsafe withSocketAddress(port: port) { unsafe connect(descriptor, $0, $1) }
        guard status == 0 || errno == EINPROGRESS else {
            defer { close(descriptor) }
            return failure()
        }
        return .success(descriptor)
    }

    private func withSocketAddress(
        port: UInt16,
        _ body: (UnsafePointer<sockaddr>?, socklen_t) -> Int32
    ) -> Int32 {
        var bytes = bytes
        (bytes[2], bytes[3]) = (UInt8(port >> 8), UInt8(port & 0xFF))
        return unsafe bytes.withUnsafeBytes { raw in
            unsafe body(raw.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(raw.count))
        }
    }
}
