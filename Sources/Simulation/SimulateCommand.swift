import Platform
import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `simulate [--first S] [--seeds N] [--workers N] [--minutes N]
/// [--hub|--memory|--mage|--mage-pro]`, or
/// `simulate --seed S [--verbose]` for one seed again.
package enum SimulateCommand {
  /// What the arguments ask for.
  private struct Request {
    var numbers: [String: UInt64] = [:]
    var kind: RemoteKind?
    var isVerbose = false
  }

  /// An argument that says nothing.
  private struct Mistake: Error {
    var text: String
  }

  private static let kinds: [String: RemoteKind] = [
    "--hub": .hub, "--memory": .memory, "--mage": .mage(.openSource), "--mage-pro": .mage(.pro),
  ]
  private static let numbers: Set = ["--first", "--seeds", "--workers", "--minutes", "--seed"]

  private static func request(_ arguments: [String]) throws(Mistake) -> Request {
    var request = Request()
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--verbose" {
        request.isVerbose = true
      } else if let kind = kinds[word] {
        request.kind = kind
      } else if numbers.contains(word) {
        guard let text = rest.popFirst() else { throw Mistake(text: "\(word) needs a number") }
        guard let number = UInt64(text), number <= UInt64(Int64.max) else {
          throw Mistake(text: "\(word) needs a number, not \(text)")
        }
        request.numbers[word] = number
      } else {
        throw Mistake(text: "there is no option \(word)")
      }
    }
    for (name, most) in [("--workers", 64), ("--minutes", 100_000)] as [(String, UInt64)] {
      guard let number = request.numbers[name], number == 0 || number > most else { continue }
      throw Mistake(text: "\(name) is a number from 1 to \(most)")
    }
    return request
  }

  /// Runs the command and ends the process with its exit code: 2 where the arguments are wrong.
  package static func run(_ arguments: [String]) async -> Never {
    let request: Request
    do throws(Mistake) { request = try self.request(Array(arguments.dropFirst())) } catch {
      let usage = """
        simulate: \(error.text)
        usage: simulate [--first S] [--seeds N] [--workers N] [--minutes N] [KIND]
               simulate --seed S [--verbose] [KIND]
        KIND: --memory, --hub, --mage or --mage-pro; else what the seed has

        """
      do throws(Errno) { try StandardStream.error.write(usage) } catch {
        // Nobody reads it; the exit code says the same.
      }
      exit(2)
    }
    let kind = request.kind
    if let seed = request.numbers["--seed"] {
      exit(await replay(seed, kind, isVerbose: request.isVerbose))
    }
    let start = WallClock.system.monotonic()
    let limit = request.numbers["--minutes"].map { start + Int64($0) * 60_000_000_000 } ?? .max
    let campaign = Campaign(
      first: request.numbers["--first"] ?? 1, count: Int(request.numbers["--seeds"] ?? 1000),
      workers: Int(request.numbers["--workers"] ?? 2), kind: kind,
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

  private static func replay(_ seed: UInt64, _ kind: RemoteKind?, isVerbose: Bool) async -> Int32 {
    let simulator = Simulator()
    let history = History(seed: seed, kind: kind)
    let outcome = await simulator.examine(history, isVerbose: isVerbose)
    for line in outcome.log { print(line) }
    let again = await simulator.examine(history)
    print("trace \(String(outcome.trace, radix: 16))")
    if again.trace != outcome.trace {
      print("NOT DETERMINISTIC: \(String(again.trace, radix: 16))")
    }
    guard let violation = outcome.violation else { return again.trace == outcome.trace ? 0 : 1 }
    print("\(violation.law) at step \(violation.step): \(violation.detail)")
    let small = await simulator.shrink(history, law: violation.law)
    for line in small.lines { print("  " + line) }
    for line in await simulator.examine(small, isVerbose: true).log { print("  " + line) }
    return 1
  }
}
