import SyncModel

/// What a server said when it was asked for its files.
enum ListingAnswer {
  /// The same as when the tag was given.
  case unchanged
  /// All files, those that are hidden or of kinds that are not carried included.
  case files(ListedFiles)

  /// A whole listing.
  struct ListedFiles {
    var files: [ListedFile]
    var unnameable: [(text: String, problem: PathProblem)] = []
    /// How many rows do not belong to the project.
    var outside = 0
    var tag: String?
  }
}
