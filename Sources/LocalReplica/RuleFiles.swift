import Platform
import SyncModel

/// One rule file: its name, and what it says.
package typealias RuleFile = (name: String, contents: [UInt8])

/// Where the rule files of a folder are found, by the folder's key.
protocol RuleFiles: Sendable {
  /// The files in a folder, which may not be there; nothing where it cannot be told.
  mutating func files(in folder: String, named names: [String]) -> [RuleFile]?
}

/// The rule files of a project as one scan read them.
///
/// Who asks these about names that the scan did not meet gets the answers that the scan itself would
/// have given, whatever has become of the files since. In what it could not look into, the rules
/// from above hold alone.
package struct ScannedRuleFiles: RuleFiles {
  /// By the key of the folder that they stand in.
  private var files: [String: [RuleFile]] = [:]
  private let tellsCasesApart: Bool

  init(tellsCasesApart: Bool = true) {
    self.tellsCasesApart = tellsCasesApart
  }

  mutating func add(_ found: [RuleFile], in folder: String) {
    if !found.isEmpty { files[key(of: folder)] = found }
  }

  func files(in folder: String, named names: [String]) -> [RuleFile]? {
    files[key(of: folder)] ?? []
  }

  private func key(of folder: String) -> String {
    tellsCasesApart ? folder : SyncPath(trusted: folder).folded
  }
}

/// The rule files of a project as they are on disk when they are asked for.
struct DiskRuleFiles: RuleFiles {
  private var folders: FolderStack

  init(root: any Directory) {
    folders = FolderStack(root: root)
  }

  mutating func files(in folder: String, named names: [String]) -> [RuleFile]? {
    var files: [RuleFile] = []
    for name in names {
      do throws(Errno) {
        let place = try folders.place(of: folder.isEmpty ? name : folder + "/" + name)
        files.append((name, try place.folder.readFile(name, limit: 16 << 20)))
      } catch {
        switch error {
        // As for a scan: a link or a folder of that name holds no rules.
        case .notFound, .notDirectory, .linkLoop, .isDirectory, .invalidArgument: continue
        default: return nil
        }
      }
    }
    return files
  }
}
