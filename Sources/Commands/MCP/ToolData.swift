import JSON
import SyncModel

/// The `data` of a result, put together under limits: whoever reads it pays for every line.
///
/// A result goes out twice, as structure and as text, and some clients refuse more than 1 MiB.
struct ToolData {
  /// How many paths a list names.
  static let paths = 500
  /// How many objects a list holds.
  static let items = 100
  /// How many bytes all lists may have together.
  static let bytes = 320 << 10

  private(set) var object = JSONObject()
  private var shortened: [JSONValue] = []
  private var room = ToolData.bytes

  /// Adds a value.
  mutating func add(_ name: String, _ value: JSONValue) {
    object.insert(name, value)
  }

  /// Adds paths, the first ones where there are too many.
  mutating func add(_ name: String, paths: [SyncPath]) {
    add(name, paths.lazy.map { .string($0.key) }, limit: ToolData.paths)
  }

  /// Adds objects, the first ones where there are too many.
  mutating func add(_ name: String, items: [JSONValue]) {
    add(name, items, limit: ToolData.items)
  }

  private mutating func add(
    _ name: String, _ elements: some Collection<JSONValue>, limit: Int
  ) {
    var list: [JSONValue] = []
    for element in elements.prefix(limit) {
      let size = element.bytes().count + 1
      guard size <= room else { break }
      room -= size
      list.append(element)
    }
    object.insert(name, .array(list))
    if list.count < elements.count { markShortened(name) }
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
