import Platform
import TestSupport

/// What happens to the requests of one round.
enum FaultWeather: String, CaseIterable {
  /// Nothing.
  case fair
  /// One request in four meets something.
  case rain
  /// The first commit meets something.
  case lightning
  /// Everything from some request on is lost, so that runs give up.
  case storm
  /// A portal answers everything from some request on.
  case portal

  /// Draws the weather of a round; storms are rare, because clients wait for their end.
  init(_ random: inout SeededGenerator) {
    self =
      switch random.next() % 20 {
      case 0...2: .fair
      case 3...11: .rain
      case 12...16: .lightning
      case 17...18: .portal
      default: .storm
      }
  }

  /// The script of a proxy in this weather.
  func script(seed: UInt64) -> FaultProxy.Script? {
    let chance = Locked(SeededGenerator(seed: seed))
    switch self {
    case .fair: return nil
    case .rain:
      return { _ in chance.withLock { $0.oneIn(4) ? WireFault.any(&$0) : nil } }
    case .lightning:
      let isOver = Locked(false)
      return { passing in
        guard passing.isCommit, !isOver.withLock({ $0 }) else { return nil }
        isOver.withLock { $0 = true }
        return chance.withLock { WireFault.any(&$0) }
      }
    case .storm, .portal:
      let strangers: [WireFault] =
        self == .storm
        ? [.dropBefore, .dropAfter, .cutAnswer(permille: 500)]
        : [.instead(.portal), .instead(.redirect)]
      let (fault, passed) = chance.withLock { ($0.pick(strangers), Int($0.next() % 8)) }
      let count = Locked(0)
      return { _ in
        let number = count.withLock { count in
          count += 1
          return count
        }
        return number > passed ? fault : nil
      }
    }
  }
}

extension WireFault {
  /// Draws any fault that a client may come through.
  static func any(_ random: inout SeededGenerator) -> WireFault {
    let permille = Int(random.next() % 1000)
    return random.pick([
      .dropBefore, .cutRequest(permille: permille), .dropAfter, .cutAnswer(permille: permille),
      .delay(milliseconds: 1 + permille / 10), .late(milliseconds: 1 + permille / 10), .twice,
      .throttle(milliseconds: 20 + permille / 5), .instead(.busy), .instead(.tooMany),
      .instead(.gateway), .refuse(milliseconds: 20 + permille / 4),
    ])
  }
}
