import Replica
import SyncCore
import SyncModel

/// A plan together with the contents that deciding it made.
struct Decision {
  /// The ordered steps.
  var plan: Plan
  /// Contents that deciding made: merged texts.
  var made: [Digest: [UInt8]] = [:]
  /// Texts with markers that are to be written to the local file alone.
  var marked: [(item: Item, text: [UInt8])] = []
  /// Conflicts that were answered with a local text made of markers, whose remote moved since.
  var overtaken: [Item] = []
  /// Why answers could not be followed.
  var notices: [Notice] = []
  /// Where contents come from first, when a run is taken back.
  var archive: (any ContentProvider)?
}
