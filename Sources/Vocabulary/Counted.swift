// BitSweep
// SPDX-License-Identifier: Apache-2.0

/// A number of things in words, such as `1 model` or `10,000 images`: the one place that knows of plurals.
///
/// - Parameters:
///   - count: How many there are.
///   - noun: What one of them is called; the last word gets the plural's ending.
///   - plural: What several of them are called; default: `noun` with an s.
/// - Returns: The number with its thousands set apart, and the noun in the form that goes with it.
package func counted(_ count: Int, _ noun: String, plural: String? = nil) -> String {
    let many = plural ?? noun + (["s", "x", "ch", "sh"].contains { noun.hasSuffix($0) } ? "es" : "s")
    return "\(grouped(count)) \(count == 1 ? noun : many)"
}

/// A number of things with a verb that goes with it, such as `1 shard goes` or `3 shards go`.
package func counted(_ count: Int, _ noun: String, _ verb: String, _ pluralVerb: String) -> String {
    "\(counted(count, noun)) \(count == 1 ? verb : pluralVerb)"
}

/// A whole number with its thousands set apart, such as `10,000`.
package func grouped(_ count: Int) -> String {
    let digits = String(count.magnitude)
    var text = ""
    for (position, digit) in digits.enumerated() {
        if position > 0, (digits.count - position).isMultiple(of: 3) { text.append(",") }
        text.append(digit)
    }
    return (count < 0 ? "−" : "") + text
}
