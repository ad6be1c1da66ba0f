import Platform

/// One writing connection, and as many reading ones as there are readers at a time.
final class ConnectionPool: Sendable {
  private let path: String
  private let watch: StoreWatch
  private let writer: StoreConnection
  private let writerLock = ProjectLock()
  private let idle = Locked<[StoreConnection]>([])

  init(path: String, watch: @escaping StoreWatch) throws {
    self.path = path
    self.watch = watch
    writer = try StoreConnection(path: path, isReadOnly: false)
  }

  deinit {
    for connection in idle.withLock({ $0 }) { connection.close() }
    writer.close()
  }

  func writing<Result>(_ body: (StoreConnection) throws -> Result) throws -> Result {
    try writerLock.holding {
      let result = try writer.transaction {
        let result = try body(writer)
        try watch(.commit)
        return result
      }
      try watch(.committed)
      return result
    }
  }

  /// Runs a closure on the writing connection outside of a transaction.
  func onWriter(_ body: (StoreConnection) throws -> Void) throws {
    try writerLock.holding { try body(writer) }
  }

  func reading<Result>(_ body: (StoreConnection) throws -> Result) throws -> Result {
    let connection =
      try idle.withLock { $0.popLast() }
      ?? StoreConnection(path: path, isReadOnly: true)
    defer { idle.withLock { $0.append(connection) } }
    return try connection.snapshot { try body(connection) }
  }
}
