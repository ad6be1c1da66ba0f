/// Sizes in bytes, as people read and write them.
package enum ByteSize {
  /// Writes a size: `512 B`, `1.4 MiB`.
  package static func text(_ bytes: UInt64) -> String {
    guard bytes >= 1024 else { return "\(bytes) B" }
    let units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    var unit = 0
    while unit < units.count - 1, bytes >> UInt64(10 * (unit + 2)) > 0 { unit += 1 }
    while true {
      let shift = UInt64(10 * (unit + 1))
      // Twenty bits of the fraction are more than a tenth can show, and cannot overflow.
      let bits = min(shift, 20)
      let fraction = (bytes & ((1 << shift) - 1)) >> (shift - bits)
      let tenths = (bytes >> shift) * 10 + (fraction * 10 + (1 << (bits - 1))) >> bits
      if tenths >= 10240, unit < units.count - 1 {
        unit += 1
      } else {
        return "\(tenths / 10).\(tenths % 10) \(units[unit])"
      }
    }
  }

  /// Reads a size: `1GiB`, `500MB`, `10k`, `1.5 GiB`, `42`; `nil` for anything else.
  ///
  /// `kB`, `MB`… are powers of 1000; `KiB`, `MiB`… and single letters are powers of 1024. Letters
  /// count in either case. A fraction of a byte is dropped.
  package static func parse(_ text: String) -> UInt64? {
    let digits = text.prefix { "0123456789.".contains($0) }
    let unit = text[digits.endIndex...].drop { $0 == " " }.lowercased()
    guard let factor = factors[unit] else { return nil }
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first, let whole = UInt64(first) else { return nil }
    let (product, overflow) = whole.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    guard parts.count == 2 else { return product }
    guard let fraction = Double("0." + parts[1]), !parts[1].isEmpty, factor > 1 else { return nil }
    let (sum, overflows) = product.addingReportingOverflow(UInt64(fraction * Double(factor)))
    return overflows ? nil : sum
  }

  private static let factors: [String: UInt64] = {
    var factors: [String: UInt64] = ["": 1, "b": 1]
    var decimal: UInt64 = 1
    var binary: UInt64 = 1
    for letter in ["k", "m", "g", "t", "p", "e"] {
      decimal *= 1000
      binary *= 1024
      factors[letter] = binary
      factors[letter + "ib"] = binary
      factors[letter + "b"] = decimal
    }
    return factors
  }()
}
