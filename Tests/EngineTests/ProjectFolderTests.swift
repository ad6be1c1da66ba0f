import Engine
import Platform
import ProjectState
import TestSupport
import Testing

/// The private folder of a project on file systems that can little.
@Suite struct ProjectFolderTests {
  /// The file system of this machine, with hooks around every folder.
  private struct Hooked: FileSystem {
    let hooks: FileHooks

    func openDirectory(path: String) throws(Errno) -> any Directory {
      HookedDirectory(try POSIXFileSystem().openDirectory(path: path), hooks)
    }

    func createDirectory(path: String, mode: UInt32) throws(Errno) {
      try POSIXFileSystem().createDirectory(path: path, mode: mode)
    }

    func resolve(path: String) throws(Errno) -> String {
      try POSIXFileSystem().resolve(path: path)
    }
  }

  @Test(arguments: [false, true])
  func `a state is made where a rename cannot say "only where nothing stands"`(
    hasNoLinks: Bool
  ) throws {
    let folder = try TemporaryFolder()
    let hooks = FileHooks(before: { (step) throws(Errno) in
      if step.kind == .rename(.noReplace) { throw .notSupported }
      if hasNoLinks, step.kind == .linkFile { throw .notPermitted }
    })
    let project = try ProjectFolder(path: folder.path, fileSystem: Hooked(hooks: hooks)).binding()
    let state = try project.openState(create: true)
    #expect(try state.runs().isEmpty)
    #expect(
      try folder.everything().filter { $0.contains("state.db") && !$0.contains("-") }
        == [".syncline/state.db"])
  }
}
