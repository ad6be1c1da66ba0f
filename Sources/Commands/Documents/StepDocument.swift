import JSON
import SyncCore
import SyncModel

extension Step {
  /// The step as people review it in a plan.
  var document: JSONValue {
    var object = JSONObject()
    object.insert("action", .string(kind.rawValue))
    object.insert("path", .string(path.key))
    for side in Side.allCases {
      guard let change = change(side) else { continue }
      object.insert(
        side.rawValue,
        ["before": Step.document(change.node.before), "after": Step.document(change.node.after)])
    }
    if let source {
      object.insert(
        "source", ["side": .string(source.side.rawValue), "path": .string(source.path.key)])
    }
    if let resolution {
      object.insert("answer", .string(resolution.answerWord))
      object.insert("decided_by", .string(resolution.deciderWord))
    }
    return .object(object)
  }

  private static func document(_ node: Node?) -> JSONValue {
    node.map { .object($0.document(modified: nil, editor: nil)) } ?? .null
  }
}

extension Resolution {
  /// What becomes of the path, in a word.
  fileprivate var answerWord: String {
    switch answer {
    case .local: "local"
    case .remote: "remote"
    case .both: "both"
    case .merge: "merge"
    case .skip: "skip"
    }
  }

  /// Who decided, in a word.
  fileprivate var deciderWord: String {
    switch decider {
    case .user: "user"
    case .policy(let policy): "policy " + policy.rawValue
    case .force: "force"
    case .owner: "owner"
    }
  }
}
