// BitSweep
// SPDX-License-Identifier: Apache-2.0

// The same operations as of one number, lane by lane, hence the same bits: eight chains of divisions take the time of
// about one.
extension PortableMath {
    /// Eight numbers.
    package typealias Eight = SIMD8<Double>

    /// e^x of every lane.
    @inline(__always)
    package static func exp(_ x: Eight) -> Eight {
        let isInside = (x .<= 709.79) .& (x .>= -745.2)
        let inside = Eight.zero.replacing(with: x, where: isInside)
        let exponent = rounded(inside / log2)
        let rest = (inside - exponent * log2High) - exponent * log2Low
        var (sum, order) = (Eight(repeating: 1), 14.0)
        while order >= 1 {
            sum = 1 + sum * rest / order
            order -= 1
        }
        let (first, second) = halves(exponent)
        var result = sum * power(of2: first) * power(of2: second)
        result.replace(with: .infinity, where: x .> 709.79)
        result.replace(with: 0, where: x .< -745.2)
        result.replace(with: x, where: x .!= x)
        return result
    }

    /// The natural logarithm of every lane; −∞ of zero, NaN of negative numbers.
    @inline(__always)
    package static func log(_ x: Eight) -> Eight {
        guard all((x .>= Double.leastNormalMagnitude) .& (x .<= Double.greatestFiniteMagnitude)) else {
            return each(x)
        }
        let bits = unsafeBitCast(x, to: SIMD8<UInt64>.self)
        var exponent = number(bits &>> 52) - 1023
        var significand = unsafeBitCast(bits & (1 << 52 - 1) | (1023 << 52), to: Eight.self)
        let isLarge = significand .> 1.4142135623730951
        significand.replace(with: significand / 2, where: isLarge)
        exponent.replace(with: exponent + 1, where: isLarge)
        let ratio = (significand - 1) / (significand + 1)
        let square = ratio * ratio
        var (sum, odd) = (Eight.zero, 25.0)
        while odd >= 3 {
            sum = (sum + 1 / odd) * square
            odd -= 2
        }
        return exponent * log2High + (2 * ratio * sum + (2 * ratio + exponent * log2Low))
    }

    /// Where a lane is no positive normal number.
    @inline(never)
    private static func each(_ x: Eight) -> Eight {
        var result = Eight.zero
        for lane in 0..<8 { result[lane] = log(x[lane]) }
        return result
    }

    /// 1.5·2^52, to which a number of less than 2^51 is added as the nearest integer.
    private static let anchor = 6_755_399_441_055_744.0

    /// The nearest integer, halves away from zero, as `rounded()` has it; of less than 2^51.
    @inline(__always)
    private static func rounded(_ x: Eight) -> Eight {
        // To even: at halves one off where that is nearer to zero.
        var result = (x + anchor) - anchor
        let rest = x - result
        result.replace(with: result + 1, where: (rest .== 0.5) .& (x .> 0))
        result.replace(with: result - 1, where: (rest .== -0.5) .& (x .< 0))
        return result
    }

    /// Two integers that add up to an integer of less than 2000, the first its half, rounded down; in two's complement.
    @inline(__always)
    private static func halves(_ x: Eight) -> (SIMD8<UInt64>, SIMD8<UInt64>) {
        let shifted = unsafeBitCast(x + (anchor + 2048), to: SIMD8<UInt64>.self) & 0xfff
        let half = shifted &>> 1
        return (half &- 1024, shifted &- half &- 1024)
    }

    @inline(__always)
    private static func power(of2 exponent: SIMD8<UInt64>) -> Eight {
        unsafeBitCast((exponent &+ 1023) &<< 52, to: Eight.self)
    }

    /// Integers of less than 2^51 as floating-point numbers.
    @inline(__always)
    private static func number(_ x: SIMD8<UInt64>) -> Eight {
        unsafeBitCast(x | SIMD8(repeating: anchor.bitPattern), to: Eight.self) - anchor
    }
}
