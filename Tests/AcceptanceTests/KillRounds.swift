import TestSupport

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How many processes are killed, and when.
///
/// `SYNCLINE_KILL_ROUNDS` says how often a client is killed in all, 200 times unless it is set; the
/// hub is killed a quarter as often. `SYNCLINE_KILL_SEED` repeats the moments of an earlier test.
struct KillRounds {
  /// How often a client is killed, over all verbs.
  static var clients: Int { max(4, number("SYNCLINE_KILL_ROUNDS") ?? 200) }
  /// How often the hub is killed, over all verbs.
  static var hubs: Int { max(3, (clients + 3) / 4) }
  /// Where the random moments start from.
  static var seed: UInt64 { UInt64(number("SYNCLINE_KILL_SEED") ?? 20_261_120) }

  private static func number(_ name: String) -> Int? {
    getenv(name).flatMap { Int(String(cString: $0)) }
  }

  private var random: SeededGenerator
  private let count: Int
  private let duration: Int64

  /// Spreads moments over the time that a run takes, and a little more.
  init(_ count: Int, of verb: KillVerb, duration: Int64) {
    let own = KillVerb.allCases.firstIndex(of: verb) ?? 0
    random = SeededGenerator(seed: KillRounds.seed &+ UInt64(own))
    self.count = count
    self.duration = duration
  }

  /// The moment of a round in nanoseconds: somewhere in its part of the time.
  mutating func moment(_ round: Int) -> Int64 {
    let part = Double(duration) * 1.05 / Double(count)
    let within = Double(random.next() % 1_000_000) / 1_000_000
    return Int64(part * (Double(round % count) + within))
  }

  /// Picks one of a list that is not empty.
  mutating func pick<Element>(_ list: [Element]) -> Element { random.pick(list) }

  /// Lets time pass; what is tested here is what happens at a moment.
  static func wait(_ nanoseconds: Int64) {
    var time = timespec(
      tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    var rest = timespec()
    while nanosleep(&time, &rest) != 0, errno == EINTR { time = rest }
  }
}

/// The signals that tests send.
enum KillSignal {
  static let interrupt = SIGINT
  static let terminate = SIGTERM
  static let stop = SIGSTOP
  static let goOn = SIGCONT
}
