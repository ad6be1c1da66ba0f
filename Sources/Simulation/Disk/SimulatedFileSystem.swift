package import Platform

/// The door to a simulated disk, for one process.
package struct SimulatedFileSystem: FileSystem {
  private let disk: SimulatedDisk
  private let process: SimulatedProcess

  /// Opens a disk to a process.
  package init(_ disk: SimulatedDisk, for process: SimulatedProcess) {
    self.disk = disk
    self.process = process
  }

  package func openDirectory(path: String) throws(Errno) -> any Directory {
    try walk(names(of: path)).last?.folder ?? root
  }

  package func createDirectory(path: String, mode: UInt32) throws(Errno) {
    var names = names(of: path)
    guard let name = names.popLast() else { throw .exists }
    try (walk(names).last?.folder ?? root).createDirectory(name, mode: mode)
  }

  package func resolve(path: String) throws(Errno) -> String {
    "/" + (try walk(names(of: path)).map(\.name).joined(separator: "/"))
  }

  private var root: SimulatedFolder { SimulatedFolder(disk, SimulatedDisk.root, process) }

  private func names(of path: String) -> [String] {
    path.split { $0 == "/" }.map(String.init)
  }

  /// Opens the folders of a path one after the other; links in it are followed, as `open` does.
  private func walk(_ path: [String]) throws(Errno) -> [(name: String, folder: SimulatedFolder)] {
    var rest = Array(path.reversed())
    var way: [(name: String, folder: SimulatedFolder)] = []
    var links = 0
    while let name = rest.popLast() {
      if name == "." { continue }
      if name == ".." {
        _ = way.popLast()
        continue
      }
      let above = way.last?.folder ?? root
      if let target = above.linkTarget(name) {
        links += 1
        if links > 40 { throw .linkLoop }
        if target.hasPrefix("/") { way = [] }
        rest += names(of: target).reversed()
        continue
      }
      guard let folder = try above.openDirectory(name) as? SimulatedFolder else {
        throw .notDirectory
      }
      way.append((name, folder))
    }
    return way
  }
}
