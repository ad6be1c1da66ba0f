import HubProtocol
import SQLite
import SyncModel

/// A value for a placeholder.
enum SQLValue {
  case null
  case integer(Int64)
  case text(String)
  case blob([UInt8])
  case digest(Digest)
  case node(Node)

  static func optional(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
  static func optional(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
  static func optional(_ value: Node?) -> SQLValue { value.map { .node($0) } ?? .null }

  /// The 32 bytes of a tree's digest.
  static func treeDigest(_ value: TreeDigest) -> SQLValue {
    guard let digest = Digest(text: value.hex) else {
      preconditionFailure("a tree's digest has 64 hexadecimal digits")
    }
    return .digest(digest)
  }
}

extension SQLValue: SQLiteBindable {
  func bind(to statement: Statement, at index: Int) throws(SQLiteError) {
    switch self {
    case .null: try statement.bindNull(index)
    case .integer(let value): try statement.bind(index, value)
    case .text(let value): try statement.bind(index, value)
    case .blob(let value): try statement.bind(index, value)
    case .digest(let value): try statement.bind(index, value.bytes)
    case .node(let value): try statement.bind(index, NodeBlob.bytes(of: value))
    }
  }
}

/// The current row of a query; it ends with the closure that it is given to.
struct StoreRow {
  let statement: Statement

  func integer(_ column: Int) -> Int64 { statement.int64(column) }
  func optionalInteger(_ column: Int) -> Int64? { statement.optionalInt64(column) }
  func text(_ column: Int) -> String { statement.string(column) }
  func optionalText(_ column: Int) -> String? { statement.optionalString(column) }
  func bytes(_ column: Int) -> [UInt8] { statement.bytes(column) }

  func digest(_ column: Int) throws -> Digest {
    guard let digest = statement.withBytes(column, { Digest(bytes: $0) }) else {
      throw HubStoreError.notAHub(path: "hub.db")
    }
    return digest
  }

  func treeDigest(_ column: Int) throws -> TreeDigest {
    guard let digest = TreeDigest(hex: try digest(column).hex) else {
      throw HubStoreError.notAHub(path: "hub.db")
    }
    return digest
  }

  func path(_ column: Int) -> SyncPath {
    statement.withBytes(column) { OrderKey.path(of: $0) }
  }

  /// The node of a column, or nothing for NULL.
  func node(_ column: Int) throws -> Node? {
    if statement.isNull(column) { return nil }
    guard let node = statement.withBytes(column, { NodeBlob.node(of: $0) }) else {
      throw HubStoreError.notAHub(path: "hub.db")
    }
    return node
  }
}
