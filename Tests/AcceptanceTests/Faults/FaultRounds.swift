#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How long the tests with faults go on, and where their chance starts from.
///
/// `SYNCLINE_FAULT_ROUNDS` says how many rounds the longest has, 60 unless it is set; the others
/// have a part of that. `SYNCLINE_FAULT_SEED` repeats the edits, verbs and faults of an earlier run;
/// how processes meet is the system's doing.
enum FaultRounds {
  /// The rounds of the longest test.
  static var count: Int { max(6, number("SYNCLINE_FAULT_ROUNDS") ?? 60) }
  /// Where chance starts from.
  static var seed: UInt64 { UInt64(number("SYNCLINE_FAULT_SEED") ?? 20_261_126) }

  private static func number(_ name: String) -> Int? {
    getenv(name).flatMap { Int(String(cString: $0)) }
  }
}
