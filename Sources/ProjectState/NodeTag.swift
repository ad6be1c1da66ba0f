import SyncModel

/// What a stored node begins with: its kind, and what is known of the executable bit.
enum NodeTag: UInt8 {
  case file = 1
  case plainFile = 2
  case executableFile = 3
  case link = 4

  /// The tag of a node.
  init(of node: Node) {
    self =
      switch node {
      case .file(let file):
        switch file.isExecutable {
        case nil: .file
        case false?: .plainFile
        case true?: .executableFile
        }
      case .link: .link
      }
  }

  /// The executable bit of a file with this tag.
  var isExecutable: Bool? {
    switch self {
    case .file, .link: nil
    case .plainFile: false
    case .executableFile: true
    }
  }
}
