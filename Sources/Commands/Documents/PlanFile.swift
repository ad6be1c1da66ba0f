package import JSON
import SyncCore
package import SyncModel

/// A plan as it is written down, approved, and read back by `apply`.
///
/// What `apply` does depends on nothing but these values and on what both sides show. The steps
/// are listed for people and for reviews: the file vouches for its own lists with a digest, and
/// `apply` does these steps or none.
package struct PlanFile: Equatable {
  static let schema = "syncline/plan/1"
  /// The largest plan that is read, in bytes.
  static let largest = 256 << 20

  /// When the plan was made.
  var made: Timestamp
  /// The target's name in `syncline.yaml`.
  var target: String
  /// The project that the remote said it was.
  var identity: String
  /// Where the remote's history stood.
  var revision: UInt64?
  /// What the user named, counted from ``folder``; empty for everything.
  var what: [String]
  /// The folder from which the words count; nothing at the root.
  var folder: SyncPath?
  /// The plan's own path where it lies in the project; it is no part of itself.
  var leavesOut: SyncPath?
  var message: String?
  var isAtomic: Bool
  var prefer: ConflictPolicy?
  var overrides: BrakeOverrides
  /// A digest of everything in the configuration that plans depend on.
  var policies: Digest
  /// The digest of the whole plan.
  var plan: Digest
  /// The digest of the steps as people read them, by ``digest(of:)``.
  var steps: Digest

  /// The document, with its lists for people and the digest of all that it says.
  package func document(steps: [JSONValue], conflicts: [JSONValue], blocked: [JSONValue])
    -> JSONValue
  {
    var object = JSONObject()
    object.insert("schema", .string(PlanFile.schema))
    object.insert("made", .string(ISO8601.string(nanoseconds: made.nanoseconds)))
    object.insert("target", ["name": .string(target), "identity": .string(identity)])
    object.insert(
      "remote_revision", revision.map { .integer(Int64(clamping: $0)) } ?? .null)
    object.insert("verb", "sync")
    object.insert("what", .array(what.map { .string($0) }))
    object.insert("folder", PlanFile.text(folder?.key))
    object.insert("leaves_out", PlanFile.text(leavesOut?.key))
    object.insert("message", PlanFile.text(message))
    object.insert(
      "options", ["atomic": .bool(isAtomic), "prefer": PlanFile.text(prefer?.rawValue)])
    object.insert(
      "overrides",
      [
        "allow_empty": .bool(overrides.allowEmpty),
        "allow_deletes": overrides.allowDeletes.map { .integer(Int64($0)) } ?? .null,
        "allow_mass_change": .bool(overrides.allowMassChange),
        "allow_branch": .bool(overrides.allowBranch),
      ])
    object.insert("policies", .string(policies.description))
    object.insert("steps", .array(steps))
    object.insert("conflicts", .array(conflicts))
    object.insert("blocked", .array(blocked))
    object.insert("plan", .string(plan.description))
    object.insert("digest", .string(PlanFile.digest(of: .object(object)).description))
    return .object(object)
  }

  private static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
}

extension PlanFile {
  /// Why bytes are not taken for a plan.
  package enum Problem: Error, Equatable {
    /// They are none that this program wrote; the text names what is wrong with them.
    case notAPlan(String)
    /// It is one, but not as it was written.
    case edited
  }

  /// Tells whether bytes are a plan of any version, whole or edited.
  static func isPlan(_ bytes: [UInt8]) -> Bool {
    guard let value = try? JSONValue.parse(bytes) else { return false }
    return value["schema"]?.stringValue?.hasPrefix("syncline/plan/") == true
  }

  /// The digest of a value, whatever its spacing and the order of its members.
  package static func digest(of value: JSONValue) -> Digest {
    ContentDigest.of(value.sorted.bytes())
  }

  private static let members: Set<String> = [
    "schema", "made", "target", "remote_revision", "verb", "what", "folder", "leaves_out",
    "message", "options", "overrides", "policies", "steps", "conflicts", "blocked", "plan",
    "digest",
  ]

  /// Reads a plan from bytes that nobody vouches for.
  package init(_ bytes: [UInt8]) throws(Problem) {
    let value: JSONValue
    do throws(JSONError) { value = try JSONValue.parse(bytes) } catch {
      throw .notAPlan("it is not JSON")
    }
    guard case .object(let object) = value, object["schema"]?.stringValue == PlanFile.schema else {
      throw .notAPlan("its schema is not \(PlanFile.schema)")
    }
    if let strange = object.keys.first(where: { !PlanFile.members.contains($0) }) {
      throw .notAPlan("'\(strange)' is not a part of a plan")
    }
    let fields = Fields(object: object)
    guard try fields.text("verb") == "sync" else { throw .notAPlan("its verb is not sync") }
    guard let time = ISO8601.nanoseconds(try fields.text("made")) else {
      throw .notAPlan("'made' is not a time")
    }
    made = Timestamp(nanoseconds: time)
    let target = try fields.object("target")
    self.target = try target.text("name")
    identity = try target.text("identity")
    revision = try fields.optionalNumber("remote_revision").map { UInt64($0) }
    what = try fields.texts("what")
    folder = try fields.optionalPath("folder")
    leavesOut = try fields.optionalPath("leaves_out")
    message = try fields.optionalText("message")
    let options = try fields.object("options")
    isAtomic = try options.bool("atomic")
    prefer = try options.optionalText("prefer").map { (text) throws(Problem) in
      guard let policy = ConflictPolicy(rawValue: text) else {
        throw .notAPlan("'prefer' is not a policy")
      }
      return policy
    }
    let lifted = try fields.object("overrides")
    overrides = BrakeOverrides(
      allowEmpty: try lifted.bool("allow_empty"),
      allowDeletes: try lifted.optionalNumber("allow_deletes").map { Int($0) },
      allowMassChange: try lifted.bool("allow_mass_change"),
      allowBranch: try lifted.bool("allow_branch"))
    policies = try fields.digest("policies")
    plan = try fields.digest("plan")
    for list in ["steps", "conflicts", "blocked"] where object[list]?.arrayValue == nil {
      throw .notAPlan("'\(list)' is not a list")
    }
    steps = PlanFile.digest(of: object["steps"] ?? .null)
    let written = try fields.digest("digest")
    var said = object
    said["digest"] = nil
    guard PlanFile.digest(of: .object(said)) == written else { throw .edited }
  }

  /// The members of an object, each of the kind that is due.
  private struct Fields {
    let object: JSONObject

    func text(_ key: String) throws(Problem) -> String {
      guard let text = try optionalText(key), !text.isEmpty else {
        throw .notAPlan("'\(key)' is not a text")
      }
      return text
    }

    func optionalText(_ key: String) throws(Problem) -> String? {
      switch object[key] {
      case .null?: return nil
      case .string(let text)? where text.utf8.count <= 1 << 16: return text
      default: throw .notAPlan("'\(key)' is not a text")
      }
    }

    func texts(_ key: String) throws(Problem) -> [String] {
      guard let values = object[key]?.arrayValue else {
        throw .notAPlan("'\(key)' is not a list")
      }
      var texts: [String] = []
      for value in values {
        guard let text = value.stringValue, text.utf8.count <= 1 << 16 else {
          throw .notAPlan("'\(key)' is not a list of texts")
        }
        texts.append(text)
      }
      return texts
    }

    func bool(_ key: String) throws(Problem) -> Bool {
      guard let value = object[key]?.boolValue else {
        throw .notAPlan("'\(key)' is neither true nor false")
      }
      return value
    }

    func optionalNumber(_ key: String) throws(Problem) -> Int64? {
      switch object[key] {
      case .null?: return nil
      case .integer(let number)? where number >= 0: return number
      default: throw .notAPlan("'\(key)' is not a count")
      }
    }

    func optionalPath(_ key: String) throws(Problem) -> SyncPath? {
      guard let text = try optionalText(key) else { return nil }
      do throws(PathProblem) { return try SyncPath(validating: text) } catch {
        throw .notAPlan("'\(key)' is not a path of a project")
      }
    }

    func digest(_ key: String) throws(Problem) -> Digest {
      let text = try text(key)
      guard text.hasPrefix("sha256:"), let digest = Digest(text: text) else {
        throw .notAPlan("'\(key)' is not a digest")
      }
      return digest
    }

    func object(_ key: String) throws(Problem) -> Fields {
      guard let object = object[key]?.objectValue else {
        throw .notAPlan("'\(key)' is not an object")
      }
      return Fields(object: object)
    }
  }
}

extension JSONValue {
  /// The value with the members of every object in the order of their names.
  fileprivate var sorted: JSONValue {
    switch self {
    case .object(let object):
      var ordered = JSONObject()
      for member in object.members.sorted(by: { $0.key < $1.key }) {
        ordered.insert(member.key, member.value.sorted)
      }
      return .object(ordered)
    case .array(let values): return .array(values.map(\.sorted))
    case .null, .bool, .integer, .number, .string: return self
    }
  }
}
