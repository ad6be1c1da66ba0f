/// What a store is about to do to its data folder, or has just done to its database.
///
/// Each is told before it happens, so that a simulated process can end between any two of them.
package enum StoreStep: Hashable, Sendable {
  /// Makes a folder where there is none.
  case makeFolder(String)
  /// Opens a file to write, and makes it where there is none.
  case open(String)
  /// Writes bytes into a file.
  case write(String, offset: UInt64, count: Int)
  /// Cuts a file, or extends it.
  case truncate(String, to: UInt64)
  /// Waits for the bytes of a file.
  case sync(String)
  /// Waits for the names in a folder.
  case syncFolder(String)
  /// Gives a file or folder another name.
  case move(String, to: String)
  /// Removes a file or an empty folder.
  case remove(String)
  /// Ends a transaction.
  case commit
  /// Has ended one, which is on the disk now.
  case committed
}

/// Is told each step; what it throws ends the step before it happens.
package typealias StoreWatch = @Sendable (StoreStep) throws(HubStoreError) -> Void
