// BitSweep
// SPDX-License-Identifier: Apache-2.0

import CZeroMQ
import Glibc

/// The public half of a CURVE key pair: 32 bytes, written as 40 characters of Z85.
public struct CurvePublicKey: Hashable, Sendable, CustomStringConvertible {
    /// 40 characters of Z85.
    public let text: String

    /// Reads 40 characters of Z85.
    ///
    /// - Throws: `EINVAL` for any other text.
    public init(text: String) throws(ZeroMQError) {
        self.text = try CurveKeyText.validated(text)
    }

    /// The key of these 32 bytes; nil for any other number of bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        text = unsafe CurveKeyText.written { buffer in
            _ = unsafe zmq_z85_encode(buffer, bytes, bytes.count)
        }
    }

    /// The public key that belongs to `secret`.
    ///
    /// - Throws: `ENOTSUP` when this libzmq has no CURVE.
    public init(of secret: CurveSecretKey) throws(ZeroMQError) {
        var status: Int32 = 0
        let text = unsafe CurveKeyText.written { buffer in
            status = unsafe zmq_curve_public(buffer, secret.text)
        }
        guard status == 0 else { throw .last(.key) }
        self.text = text
    }

    /// The key's text.
    public var description: String { text }
}

/// The secret half of a CURVE key pair; it never appears in descriptions.
public struct CurveSecretKey: Hashable, Sendable, CustomStringConvertible {
    /// 40 characters of Z85, for a file that only its owner can read.
    public let text: String

    /// Reads 40 characters of Z85.
    ///
    /// - Throws: `EINVAL` for any other text.
    public init(text: String) throws(ZeroMQError) {
        self.text = try CurveKeyText.validated(text)
    }

    /// A placeholder, so that logs cannot leak the key.
    public var description: String { "(secret)" }
}

/// A public key and the secret key that belongs to it.
public struct CurveKeyPair: Hashable, Sendable {
    /// The half that peers may know.
    public let publicKey: CurvePublicKey
    /// The half that stays here.
    public let secretKey: CurveSecretKey

    /// The pair that belongs to `secretKey`.
    ///
    /// - Throws: `ENOTSUP` when this libzmq has no CURVE.
    public init(secretKey: CurveSecretKey) throws(ZeroMQError) {
        self.secretKey = secretKey
        publicKey = try CurvePublicKey(of: secretKey)
    }

    /// A new pair, from the operating system's random numbers.
    ///
    /// - Throws: `ENOTSUP` when this libzmq has no CURVE.
    public static func generate() throws(ZeroMQError) -> CurveKeyPair {
        var status: Int32 = 0
        var secret = ""
        _ = unsafe CurveKeyText.written { publicBuffer in
            secret = unsafe CurveKeyText.written { secretBuffer in
                status = unsafe zmq_curve_keypair(publicBuffer, secretBuffer)
            }
        }
        guard status == 0 else { throw .last(.key) }
        return try CurveKeyPair(secretKey: CurveSecretKey(text: secret))
    }
}

/// Z85 texts of 32-byte keys.
private enum CurveKeyText {
    static let length = 40
    static let alphabet = Set(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#".utf8
    )

    /// libzmq reads characters outside the alphabet as zero, and so would take a damaged key for another one.
    static func validated(_ text: String) throws(ZeroMQError) -> String {
        guard text.utf8.count == length, text.utf8.allSatisfy(alphabet.contains) else {
            throw ZeroMQError(.key, code: EINVAL)
        }
        return text
    }

    /// The text that libzmq writes, with a terminating zero, through `write`.
    static func written(by write: (UnsafeMutablePointer<CChar>) -> Void) -> String {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: length + 1) { buffer in
            unsafe buffer.initialize(repeating: 0)
            guard let start = buffer.baseAddress else { return "" }
            unsafe write(start)
            return unsafe String(cString: start)
        }
    }
}
