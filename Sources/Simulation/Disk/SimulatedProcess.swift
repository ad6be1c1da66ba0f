package import Platform

/// The kinds of steps that a simulated process takes.
package enum SimulatedCall: String, Hashable, Sendable, CaseIterable {
  case list, status, openFolder, openFile, create, remove, rename, read, write, mode, barrier
  case request, beforeCommit, afterCommit

  /// Whether a real system answers this call with this error.
  func mayFail(with error: Errno) -> Bool {
    switch (error, self) {
    case (_, .request), (_, .beforeCommit), (_, .afterCommit): false
    case (.noSpace, .create), (.noSpace, .write), (.noSpace, .rename): true
    case (.noSpace, _): false
    case (.tooManyOpenFiles, .openFile), (.tooManyOpenFiles, .openFolder): true
    case (.tooManyOpenFiles, .create): true
    case (.tooManyOpenFiles, _): false
    case (.accessDenied, .openFile), (.accessDenied, .openFolder), (.accessDenied, .create): true
    case (.accessDenied, .remove), (.accessDenied, .rename), (.accessDenied, .mode): true
    case (.accessDenied, _): false
    case (.inputOutput, .mode): false
    case (.inputOutput, _): true
    default: false
    }
  }
}

/// One process on one disk: it takes steps, meets faults, and dies when it is told to.
///
/// After its death every call fails, so that nothing it does in its agony has an effect.
package final class SimulatedProcess: Sendable {
  /// What shall happen to a process, by the number of its steps.
  package struct Fate: Sendable {
    /// The step at which it dies.
    package var deathAt: Int?
    /// Whether that step still has its effect.
    package var diesAfter = false
    /// Errors, at the first step from a number on that can fail so.
    package var faults: [(at: Int, error: Errno)] = []
    /// Steps before which another program gets a turn.
    package var intrusions: [Int] = []

    /// Lets a process live in peace.
    package init() {}
  }

  private struct State: Sendable {
    var fate: Fate
    var steps = 0
    var isDead = false
    var isDying = false
    var met: [Errno] = []
    var trace = Trace()
  }

  /// Thrown out of a transaction of a process that died in it.
  package struct Death: Error {}

  private let state: Locked<State>
  private let tick: @Sendable () -> Void
  private let intrude: @Sendable (Int) -> Void
  /// The most steps that anything may take; more means that it does not end.
  package static let longest = 60_000

  /// Starts a process; `intrude` lets another program act before a step of the fate.
  package init(
    fate: Fate = Fate(), tick: @escaping @Sendable () -> Void = {},
    intrude: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    state = Locked(State(fate: fate))
    self.tick = tick
    self.intrude = intrude
  }

  /// Begins a step.
  package func enter(_ call: SimulatedCall, _ name: [UInt8]) throws(Errno) {
    tick()
    let intrusion = state.withLock { state -> Int? in
      guard !state.isDead, state.fate.intrusions.first == state.steps else { return nil }
      return state.fate.intrusions.removeFirst()
    }
    if let intrusion { intrude(intrusion) }
    try state.withLock { (state) throws(Errno) in
      if state.isDead { throw .inputOutput }
      state.steps += 1
      state.trace.add(call.rawValue)
      state.trace.add(name)
      if state.steps > SimulatedProcess.longest { state.isDead = true }
      if let death = state.fate.deathAt, state.steps > death {
        state.isDying = true
        if !state.fate.diesAfter {
          state.isDead = true
          throw .inputOutput
        }
      }
      let due = state.fate.faults.firstIndex { $0.at < state.steps && call.mayFail(with: $0.error) }
      if let due {
        let error = state.fate.faults.remove(at: due).error
        state.met.append(error)
        throw error
      }
    }
  }

  /// Ends a step whose effect has happened.
  package func leave() throws(Errno) {
    try state.withLock { (state) throws(Errno) in
      guard state.isDying else { return }
      state.isDead = true
      throw .inputOutput
    }
  }

  /// Takes a step that cannot fail by itself, but in which the process may die.
  package func pass(_ call: SimulatedCall) throws {
    try enter(call, [])
    try leave()
  }

  /// True after its death.
  package var isDead: Bool { state.withLock { $0.isDead } }
  /// How many steps it took.
  package var steps: Int { state.withLock { $0.steps } }
  /// The faults that it met.
  package var met: [Errno] { state.withLock { $0.met } }
  /// A digest of all that it did.
  package var trace: UInt64 { state.withLock { $0.trace.value } }
}

/// A running digest of events (FNV-1a): two runs of one seed must agree on it.
package struct Trace: Sendable {
  /// The digest so far.
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// Starts an empty trace.
  package init() {}

  /// Adds bytes.
  package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
    value = (value ^ 0xFF) &* 0x0000_0100_0000_01B3
  }

  /// Adds a word.
  package mutating func add(_ text: String) { add(text.utf8) }
}
