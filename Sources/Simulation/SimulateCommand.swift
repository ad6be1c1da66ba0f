import Platform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `simulate [--first S] [--seeds N] [--workers N] [--minutes N]
/// [--hub|--memory]`, or
/// `simulate --seed S [--verbose]` for one seed again.
package enum SimulateCommand {
  /// Runs the command and ends the process with its exit code.
  package static func run(_ arguments: [String]) async -> Never {
    func value(_ name: String) -> UInt64? {
      guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else {
        return nil
      }
      return UInt64(arguments[index + 1])
    }
    let usesHub: Bool? =
      arguments.contains("--hub") ? true : arguments.contains("--memory") ? false : nil
    if let seed = value("--seed") {
      exit(await replay(seed, usesHub, isVerbose: arguments.contains("--verbose")))
    }
    let start = WallClock.system.monotonic()
    let limit = value("--minutes").map { start + Int64($0) * 60_000_000_000 } ?? .max
    let campaign = Campaign(
      first: value("--first") ?? 1, count: Int(value("--seeds") ?? 1000),
      workers: Int(value("--workers") ?? 2), usesHub: usesHub,
      isOver: { WallClock.system.monotonic() > limit })
    let result = await campaign.run()
    let seconds = Double(WallClock.system.monotonic() - start) / 1e9
    for line in result.coverage.lines { print(line) }
    print("trace \(String(result.trace, radix: 16))")
    print(
      "\(result.histories) histories in \(Int(seconds)) s, "
        + "\(Int(Double(result.histories) / max(seconds, 0.001))) a second, "
        + "\(result.failures.count) failures")
    for (seed, violation, small) in result.failures {
      print(
        "\nFAILED seed \(seed): \(violation.law) at step \(violation.step): \(violation.detail)")
      print("made small:")
      for line in small.lines { print("  " + line) }
      print("again: simulate --seed \(seed) --verbose")
    }
    exit(result.failures.isEmpty ? 0 : 1)
  }

  private static func replay(_ seed: UInt64, _ usesHub: Bool?, isVerbose: Bool) async -> Int32 {
    let simulator = Simulator()
    let history = History(seed: seed, usesHub: usesHub)
    let outcome = await simulator.outcome(of: history, isVerbose: isVerbose)
    for line in outcome.log { print(line) }
    let again = await simulator.outcome(of: history)
    print("trace \(String(outcome.trace, radix: 16))")
    if again.trace != outcome.trace {
      print("NOT DETERMINISTIC: \(String(again.trace, radix: 16))")
    }
    guard let violation = outcome.violation else { return again.trace == outcome.trace ? 0 : 1 }
    print("\(violation.law) at step \(violation.step): \(violation.detail)")
    let small = await simulator.shrink(history, law: violation.law)
    for line in small.lines { print("  " + line) }
    for line in await simulator.outcome(of: small, isVerbose: true).log { print("  " + line) }
    return 1
  }
}
