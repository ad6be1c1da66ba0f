import SyncModel

extension Planner {
  /// What settling a path came to.
  struct Settled {
    /// The step, unless nothing is to be done.
    var step: Step?
    /// True when a part of the change stays, because the verb does not carry it.
    var isPartial: Bool
  }

  /// Which content a path shall get where both sides have one.
  enum ContentAnswer {
    /// The content of a side, also where both changed it.
    case from(Side)
    /// A merged content.
    case merged(Node.File)
  }

  /// Carries a path over attribute by attribute, as far as the verb goes.
  ///
  /// `content` decides a conflict; without it the item must be none.
  func settle(_ item: Item, content answer: ContentAnswer?) -> Settled {
    var comparison = Comparison(
      local: item.node(.local), remote: item.node(.remote), base: item.base?.node,
      comparesBit: input.comparesBit)
    if case .from(let side)? = answer {
      if comparison.content == .clash { comparison.content = Direction(from: side) }
      if item.base?.node.file?.isExecutable == nil, comparison.bit != .same {
        comparison.bit = Direction(from: side)
      }
    }
    guard case .file(var local)? = item.node(.local),
      case .file(var remote)? = item.node(.remote)
    else { return settleWhole(item, comparison.content) }

    var isPartial = false
    func carry(_ direction: Direction, push: () -> Void, pull: () -> Void) {
      switch direction {
      case .push where mayWrite(.remote): push()
      case .pull where mayWrite(.local): pull()
      case .same: break
      case .push, .pull, .clash: isPartial = true
      }
    }
    var agreedContent: Node.File?
    if case .merged(let merged)? = answer {
      // A pull leaves the remote as it is; the base then is what the remote has.
      agreedContent = mayWrite(.remote) ? merged : remote
      if mayWrite(.remote) { (remote.digest, remote.size) = (merged.digest, merged.size) }
      (local.digest, local.size) = (merged.digest, merged.size)
    } else {
      carry(
        comparison.content,
        push: { (remote.digest, remote.size) = (local.digest, local.size) },
        pull: { (local.digest, local.size) = (remote.digest, remote.size) })
      if local.digest == remote.digest { agreedContent = local }
    }
    carry(
      comparison.bit, push: { remote.isExecutable = local.isExecutable },
      pull: { local.isExecutable = remote.isExecutable })
    let base = baseAfter(item, content: agreedContent, local: local, remote: remote)
    return Settled(
      step: step(item, local: .file(local), remote: .file(remote), base: base, answer),
      isPartial: isPartial)
  }

  /// Carries over a path that is absent or a link on one side.
  private func settleWhole(_ item: Item, _ direction: Direction) -> Settled {
    let from: Side
    switch direction {
    case .push: from = .local
    case .pull: from = .remote
    case .same, .clash: return Settled(step: nil, isPartial: true)
    }
    guard mayWrite(from.other) else { return Settled(step: nil, isPartial: true) }
    return Settled(step: take(item, from), isPartial: false)
  }

  /// Makes the other side's node that of a side, whatever it was.
  func take(_ item: Item, _ side: Side) -> Step {
    let given = item.node(side)
    let received = given.map { carried($0, to: side.other, over: item.node(side.other)) }
    let (local, remote) = side == .local ? (given, received) : (received, given)
    let base: BaseEffect =
      if let local, let remote {
        .set(input.agreedNode(local: local, remote: remote, base: item.base?.node))
      } else {
        item.base == nil ? .keep : .drop
      }
    return step(item, local: local, remote: remote, base: base, .from(side))
      ?? Step(path: item.path, kind: .adopt, baseAfter: base)
  }

  /// Fits a node to what a side can keep: a bit that is not carried stays what it was there.
  private func carried(_ node: Node, to side: Side, over existing: Node?) -> Node {
    guard case .file(var file) = node else { return node }
    if !input.carries(side).executable {
      file.isExecutable = nil
    } else if !input.comparesBit || file.isExecutable == nil {
      file.isExecutable = existing?.file?.isExecutable
    }
    return .file(file)
  }

  /// What the base holds once a step is done: each attribute on which both sides then agree.
  private func baseAfter(
    _ item: Item, content: Node.File?, local: Node.File, remote: Node.File
  ) -> BaseEffect {
    let known = item.base?.node
    guard var agreed = content ?? known?.file else { return .keep }
    agreed.isExecutable = known?.file?.isExecutable
    if input.comparesBit, let bit = local.isExecutable, bit == remote.isExecutable {
      agreed.isExecutable = bit
    }
    return known == .file(agreed) ? .keep : .set(.file(agreed))
  }

  private func step(
    _ item: Item, local: Node?, remote: Node?, base: BaseEffect, _ answer: ContentAnswer?
  ) -> Step? {
    let localChange = change(item, .local, to: local)
    let remoteChange = change(item, .remote, to: remote)
    let kind: StepKind
    if case .merged? = answer {
      kind = .merge
    } else if localChange != nil, remoteChange != nil {
      kind = item.state == .remoteToLocal || answer.isFrom(.remote) ? .pull : .push
    } else if let localChange {
      kind = localChange.node.after == nil ? .deleteLocal : .pull
    } else if let remoteChange {
      kind = remoteChange.node.after == nil ? .deleteRemote : .push
    } else {
      switch base {
      case .keep: return nil
      case .set: kind = .adopt
      case .drop: kind = .dropBase
      }
    }
    return Step(
      path: item.path, kind: kind, local: localChange, remote: remoteChange, baseAfter: base)
  }

  private func change(_ item: Item, _ side: Side, to after: Node?) -> PathChange? {
    let before = item.node(side)
    let isSame = Comparison.agree(before, after, comparesBit: true)
    return isSame ? nil : PathChange(path: item.path, before: before, after: after)
  }
}

extension Planner.ContentAnswer? {
  /// Tells whether the content of a side was chosen.
  fileprivate func isFrom(_ side: Side) -> Bool {
    switch self {
    case .from(side)?: true
    case .from?, .merged?, nil: false
    }
  }
}
