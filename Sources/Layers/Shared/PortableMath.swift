// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// Exponential and logarithm in double precision from additions, multiplications and divisions alone.
///
/// The C library's differ in the last bit from one version to the next; folded weights and log-likelihoods made with
/// them would differ between machines. These agree everywhere, with an error of about one unit in the last place.
public enum PortableMath {
    static let log2 = 0.693147180559945309417232121458
    /// The upper 32 bits of ln 2: its product with an exponent is exact.
    static let log2High = 0x1.62e42fee00000p-1
    static let log2Low = 0x1.a39ef35793c76p-33

    /// e^x.
    public static func exp(_ x: Double) -> Double {
        if x.isNaN { return x }
        if x > 709.79 { return .infinity }
        if x < -745.2 { return 0 }
        let exponent = (x / log2).rounded()
        let rest = (x - exponent * log2High) - exponent * log2Low
        var sum = 1.0
        for order in stride(from: 14.0, through: 1, by: -1) { sum = 1 + sum * rest / order }
        // In two factors: 2^1024 and 2^-1075 alone are out of range.
        let half = (exponent / 2).rounded(.down)
        return sum * power(of2: half) * power(of2: exponent - half)
    }

    /// The natural logarithm; −∞ of zero, NaN of negative numbers.
    public static func log(_ x: Double) -> Double {
        if x.isNaN || x == .infinity { return x }
        if x < 0 { return .nan }
        if x == 0 { return -.infinity }
        var exponent = Double(x.exponent)
        var significand = x.significand
        if significand > 1.4142135623730951 {
            significand /= 2
            exponent += 1
        }
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var sum = 0.0
        for odd in stride(from: 25.0, through: 3, by: -2) { sum = (sum + 1 / odd) * square }
        return exponent * log2High + (2 * ratio * sum + (2 * ratio + exponent * log2Low))
    }

    private static func power(of2 exponent: Double) -> Double {
        Double(sign: .plus, exponent: Int(exponent), significand: 1)
    }
}
