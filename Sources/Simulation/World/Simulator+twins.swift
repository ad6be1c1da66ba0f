extension Simulator {
  /// Lets a history happen, and beside it the twin that its seed asks for.
  package func examine(_ history: History, isVerbose: Bool = false) async -> Outcome {
    var outcome = await outcome(of: history, isVerbose: isVerbose)
    guard outcome.violation == nil, let twin = history.twin else { return outcome }
    outcome.coverage.note(twin.word)
    switch twin {
    case .reordered:
      outcome.add(await self.outcome(of: history.reordered, isVerbose: isVerbose))
    case .reorderedInPeace:
      let first = await self.outcome(of: history.inPeace, isVerbose: isVerbose)
      let second = await self.outcome(of: history.inPeace.reordered, isVerbose: isVerbose)
      outcome.add(first, second, law: "P8", second.standing.difference(from: first.standing))
    case .swapped:
      let first = await self.outcome(of: history.symmetric, isVerbose: isVerbose)
      let second = await self.outcome(of: history.symmetric.swapped, isVerbose: isVerbose)
      outcome.add(
        first, second, law: "P6", second.standing.swapped.difference(from: first.standing))
    }
    return outcome
  }
}

extension Outcome {
  /// Takes over what a twin broke; what it did goes into the trace.
  fileprivate mutating func add(_ twin: Outcome) {
    trace = trace &* 31 &+ twin.trace
    log += twin.log
    if violation == nil, let found = twin.violation {
      violation = Violation(law: found.law, detail: "a twin: " + found.detail, step: found.step)
    }
  }

  /// Takes over what two twins broke, and how they differ.
  fileprivate mutating func add(
    _ first: Outcome, _ second: Outcome, law: String, _ difference: String?
  ) {
    add(first)
    add(second)
    if violation == nil, let difference {
      violation = Violation(law: law, detail: difference, step: 0)
    }
  }
}

extension Standing {
  /// The first thing in which two ends differ.
  fileprivate func difference(from other: Standing) -> String? {
    func first(_ left: [Picture], _ right: [Picture], _ word: String) -> String? {
      for (left, right) in zip(left, right) where left != right {
        let path = Set(left.keys).union(right.keys).sorted().first { left[$0] != right[$0] }
        return "\(word) ends otherwise at \(path ?? "?")"
      }
      return nil
    }
    if let detail = first(other.folders, folders, "the local side") { return detail }
    if let detail = first(other.remotes, remotes, "the remote") { return detail }
    return other.bases == bases ? nil : "the base ends otherwise"
  }
}
