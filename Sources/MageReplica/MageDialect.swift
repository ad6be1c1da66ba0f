import HTTPClient
import SyncModel

/// What became of a request to create a file.
enum CreateAnswer {
  case written
  /// It stands there now, empty: its content is still to be written.
  case empty
  /// Something stands there already; nothing was written.
  case exists
}

/// What became of a folder that was to be moved out of the way.
enum ClearAnswer {
  case cleared
  /// Something had come in meanwhile; it is where it was.
  case restored
  /// Something had come in meanwhile, and could not be put back: it lies at this path now.
  case stranded(String)
}

/// How one kind of Mage server is asked for what a replica needs.
///
/// The two kinds differ in their requests, not in what can go wrong with them; every judgment is
/// made above. Calls block, and throw a ``MageRefusal``, a ``MageSilence`` or a `ReplicaError`.
protocol MageDialect: Sendable {
  /// The name under which the dialect is remembered.
  static var name: String { get }
  /// Whether creating is refused by the server itself where something stands already.
  var createsExclusively: Bool { get }
  /// Whether texts come without the sizes that would tell how their lines end.
  var hidesLineEnds: Bool { get }

  /// Lists all files, or says that nothing changed since a tag was given.
  func list(
    _ project: MageProject, since tag: String?, _ cancellation: CancellationFlag
  ) throws -> ListingAnswer

  /// Reads a file once.
  func read(
    _ file: MageFile, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> MageReading

  /// Makes a file with its folders.
  func create(
    _ file: MageFile, _ bytes: [UInt8], in project: MageProject, _ cancellation: CancellationFlag
  ) throws -> CreateAnswer

  /// Writes over a file, whatever stands there.
  func replace(
    _ file: MageFile, _ bytes: [UInt8], in project: MageProject, _ cancellation: CancellationFlag
  ) throws

  /// Deletes a file; one that is gone already is no error.
  func delete(
    _ file: MageFile, in project: MageProject, _ cancellation: CancellationFlag
  ) throws

  /// The versions that the server kept of a file, by their paths in the project; empty where it
  /// keeps none.
  func versions(
    of file: MageFile, in project: MageProject, _ cancellation: CancellationFlag
  ) throws -> [String]

  /// Reads a version.
  func read(
    version: String, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> MageReading

  /// Moves a folder without files out of the way of a file, as far as the server can do that; one
  /// that is not there is no error.
  func clear(
    _ file: MageFile, of project: MageProject, _ cancellation: CancellationFlag
  ) throws -> ClearAnswer
}
