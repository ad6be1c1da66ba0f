import JSON
import SyncModel

/// The `data` of a result, put together under limits: whoever reads it pays for every line.
struct ToolData {
  /// How many paths a list names.
  static let paths = 500
  /// How many objects a list holds.
  static let items = 100

  private(set) var object = JSONObject()
  private var shortened: [JSONValue] = []

  /// Adds a value.
  mutating func add(_ name: String, _ value: JSONValue) {
    object.insert(name, value)
  }

  /// Adds paths, the first ones where there are too many.
  mutating func add(_ name: String, paths: [SyncPath]) {
    add(name, list: paths.prefix(ToolData.paths).map { .string($0.key) }, of: paths.count)
  }

  /// Adds objects, the first ones where there are too many.
  mutating func add(_ name: String, items: [JSONValue], limit: Int = ToolData.items) {
    add(name, list: Array(items.prefix(limit)), of: items.count)
  }

  private mutating func add(_ name: String, list: [JSONValue], of count: Int) {
    object.insert(name, .array(list))
    if list.count < count { shortened.append(.string(name)) }
  }

  /// Says of a list that it does not hold everything.
  mutating func markShortened(_ name: String) { shortened.append(.string(name)) }

  /// The whole, with the names of the lists that are longer than shown.
  func finished() -> JSONObject {
    var object = object
    object.insert("truncated", .array(shortened))
    return object
  }
}
