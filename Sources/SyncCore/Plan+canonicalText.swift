import SyncModel

extension Plan {
  /// The whole plan as text, the same for equal plans, from which a digest can be made.
  ///
  /// One line a fact. Every variable text stands behind its length in bytes, so that no two plans
  /// share a text.
  package var canonicalText: String {
    var text = CanonicalText()
    text.line("plan", verb.rawValue, isAtomicRefused ? "atomic-refused" : "")
    for step in steps { text.add(step) }
    for copy in asideCopies {
      text.line("aside", copy.side.rawValue, copy.path.key, copy.file.digest.hex)
    }
    for (name, items) in [
      ("left", conflictsLeft), ("ask", conflictsToAsk), ("merge", mergesNeeded),
      ("blocked", blocked), ("untouched", untouched),
    ] {
      for item in items { text.add(item, as: name) }
    }
    for rename in renames {
      text.line("rename", rename.side.rawValue, rename.from.key, rename.to.key)
    }
    for brake in brakes { text.line("brake", String(describing: brake)) }
    for notice in notices { text.line("notice", String(describing: notice)) }
    return text.text
  }
}

private struct CanonicalText {
  var text = ""

  mutating func line(_ fields: String...) {
    for field in fields { text += "\(field.utf8.count):\(field) " }
    text += "\n"
  }

  mutating func add(_ step: Step) {
    line(
      "step", step.kind.rawValue, step.path.key, step.group.map { String($0) } ?? "-",
      describe(step.local), describe(step.remote), describe(step.baseAfter),
      step.resolution.map(describe) ?? "-",
      step.source.map { $0.side.rawValue + " " + $0.path.key } ?? "-")
  }

  mutating func add(_ item: Item, as name: String) {
    line(
      name, item.state.rawValue, item.path.key, item.change?.rawValue ?? "-",
      item.conflict?.rawValue ?? "-", item.reason.map { String(describing: $0) } ?? "-",
      item.policy?.rawValue ?? "-", item.owner?.rawValue ?? "-", describe(item.local),
      describe(item.remote), describe(item.base?.node))
    for member in item.members { add(member, as: "member") }
  }

  private func describe(_ change: PathChange?) -> String {
    guard let change else { return "-" }
    let spelling = change.spelling.map { " \($0.utf8.count):\($0)" } ?? ""
    return describe(change.node.before) + " > " + describe(change.node.after) + spelling
  }

  private func describe(_ entry: TreeEntry?) -> String {
    switch entry?.state {
    case .node(let node)?: describe(node)
    case .blocked(let reason)?: "blocked \(reason)"
    case nil: "-"
    }
  }

  private func describe(_ node: Node?) -> String {
    switch node {
    case .file(let file)?:
      "file \(file.digest.hex) \(file.size) \(file.isExecutable.map { $0 ? "x" : "n" } ?? "?")"
    case .link(let target)?: "link \(target.utf8.count):\(target)"
    case nil: "-"
    }
  }

  private func describe(_ effect: BaseEffect) -> String {
    switch effect {
    case .set(let node): "set " + describe(node)
    case .drop: "drop"
    case .keep: "keep"
    }
  }

  private func describe(_ resolution: Resolution) -> String {
    let answer =
      switch resolution.answer {
      case .local: "local"
      case .remote: "remote"
      case .both: "both"
      case .merge(.clean(let file)): "merge " + describe(.file(file))
      case .merge(.notClean): "merge not clean"
      case .skip: "skip"
      }
    let decider =
      switch resolution.decider {
      case .user: "user"
      case .policy(let policy): "policy " + policy.rawValue
      case .force: "force"
      case .owner: "owner"
      }
    return answer + " by " + decider
  }
}
