import SyncModel

/// Which way one attribute of a path goes.
enum Direction: Hashable {
  case same
  case push
  case pull
  case clash

  /// The direction in which a side gives.
  init(from side: Side) {
    switch side {
    case .local: self = .push
    case .remote: self = .pull
    }
  }
}

/// How the nodes of two sides stand to what both agreed on, attribute by attribute.
struct Comparison {
  /// The content, or the node as a whole where it is not a file on both sides.
  var content: Direction
  /// The executable bit; `same` where it is not compared.
  var bit: Direction

  /// Compares nodes; `comparesBit` says that both sides keep the executable bit.
  init(local: Node?, remote: Node?, base: Node?, comparesBit: Bool) {
    bit = .same
    switch (local, remote) {
    case (.file(let local), .file(let remote)):
      let base = base?.file
      if local.digest == remote.digest {
        content = .same
      } else if let base {
        content =
          base.digest == local.digest ? .pull : base.digest == remote.digest ? .push : .clash
      } else {
        content = .clash
      }
      guard comparesBit, let localBit = local.isExecutable, let remoteBit = remote.isExecutable,
        localBit != remoteBit
      else { return }
      if let agreed = base?.isExecutable {
        bit = agreed == localBit ? .pull : .push
      } else {
        // Added on both sides: executable wins.
        bit = localBit ? .push : .pull
      }
    default:
      func same(_ left: Node?, _ right: Node?) -> Bool {
        Comparison.agree(left, right, comparesBit: comparesBit)
      }
      if same(local, remote) {
        content = .same
      } else if same(local, base) {
        content = .pull
      } else if same(remote, base) {
        content = .push
      } else {
        content = .clash
      }
    }
  }

  /// The direction that is shown: the content's, or that of the bit where the content is the same.
  var shown: Direction { content == .same ? bit : content }

  /// Tells whether two nodes are equal in what is compared.
  static func agree(_ left: Node?, _ right: Node?, comparesBit: Bool) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (.file(let left)?, .file(let right)?) where !comparesBit: left.digest == right.digest
    case (let left?, let right?): left.agrees(with: right)
    case (nil, _?), (_?, nil): false
    }
  }

  /// Names the change that turns one node into another.
  static func change(from before: Node?, to after: Node?) -> ItemChange {
    switch (before, after) {
    case (nil, _): .added
    case (_, nil): .deleted
    case (.file(let before), .file(let after)):
      before.digest == after.digest ? .mode : .modified
    case (.link, .link): .modified
    case (.file, .link), (.link, .file): .kind
    }
  }
}

extension ReconcileInput {
  /// Whether both sides keep the executable bit.
  var comparesBit: Bool { localCarries.executable && remoteCarries.executable }

  /// What the base holds once both sides have a node, attribute by attribute.
  ///
  /// The bit is the base's own where it is not compared.
  func agreedNode(local: Node, remote: Node, base: Node?) -> Node {
    guard case .file(var agreed) = local, case .file(let other) = remote else { return local }
    let known = base?.file?.isExecutable
    if comparesBit, let bit = agreed.isExecutable, let otherBit = other.isExecutable {
      agreed.isExecutable = bit == otherBit ? bit : known
    } else {
      agreed.isExecutable = known
    }
    return .file(agreed)
  }
}
