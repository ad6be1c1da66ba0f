import Platform
import Simulation
import Testing

@Suite struct SimulatedDiskTests {
  private let disk = SimulatedDisk(traits: DiskTraits(), time: 1_000_000_000)

  private func root() throws -> any Directory {
    try SimulatedFileSystem(disk, for: SimulatedProcess()).openDirectory(path: "/")
  }

  @Test func `an exchange gives both names the other's file`() throws {
    let root = try root()
    try root.createFile("a", mode: 0o644).write([1])
    try root.createFile("b", mode: 0o644).write([2])
    try root.rename("a", to: root, as: "b", .exchange)
    #expect(try root.readFile("a", limit: 9) == [2])
    #expect(try root.readFile("b", limit: 9) == [1])
    #expect(throws: Errno.notFound) { try root.rename("a", to: root, as: "c", .exchange) }
    #expect(throws: Errno.exists) { try root.rename("a", to: root, as: "b", .noReplace) }
  }

  @Test func `a dead process has no effect any more`() throws {
    var fate = SimulatedProcess.Fate()
    fate.deathAt = 2
    let process = SimulatedProcess(fate: fate)
    let folder = try SimulatedFileSystem(disk, for: process).openDirectory(path: "/")
    try folder.createDirectory("a", mode: 0o755)
    try folder.createDirectory("b", mode: 0o755)
    #expect(throws: Errno.inputOutput) { try folder.createDirectory("c", mode: 0o755) }
    #expect(throws: Errno.inputOutput) { try folder.removeDirectory("a") }
    #expect(process.isDead)
    #expect(try self.root().list().byteNames.count == 2)
  }

  @Test func `a barrier leaves nothing that a power cut could take`() throws {
    let root = try root()
    try root.createFile("a", mode: 0o644).write([1])
    #expect(disk.unsettled > 0)
    try root.syncFileSystem()
    #expect(disk.unsettled == 0)
  }

  @Test func `names that a disk takes for one are one`() throws {
    let disk = SimulatedDisk(traits: DiskTraits(folding: .letterCase), time: 0)
    let root = try SimulatedFileSystem(disk, for: SimulatedProcess()).openDirectory(path: "/")
    try root.createDirectory("Ab", mode: 0o755)
    #expect(try root.status(of: "aB").kind == .directory)
    #expect(throws: Errno.exists) { try root.createDirectory("AB", mode: 0o755) }
  }

  @Test func `a path follows links as a real one does, and a single name never`() throws {
    let system = SimulatedFileSystem(disk, for: SimulatedProcess())
    let root = try root()
    try root.createDirectory("p", mode: 0o755)
    try root.createDirectory("outside", mode: 0o755)
    try root.openDirectory("outside").createFile("secret", mode: 0o644).write([1])
    try root.openDirectory("p").createLink("d", target: "../outside")
    try root.openDirectory("p").createLink("f", target: "../outside/secret")
    try root.openDirectory("p").createLink("loop", target: "loop")
    #expect(try system.openDirectory(path: "/p/d").readFile("secret", limit: 9) == [1])
    #expect(try system.resolve(path: "/p/d/../p/d") == "/outside")
    #expect(throws: Errno.linkLoop) { try system.openDirectory(path: "/p/loop") }
    #expect(throws: Errno.notDirectory) { try system.openDirectory(path: "/p").openDirectory("d") }
    #expect(throws: Errno.linkLoop) { try system.openDirectory(path: "/p").openFile("f") }
  }

  @Test(arguments: [1, 1_000_000, 1_000_000_000, 2_000_000_000] as [Int64])
  func `file times go in steps`(step: Int64) throws {
    let disk = SimulatedDisk(traits: DiskTraits(clockStep: step), time: 12_345_678_901)
    let root = try SimulatedFileSystem(disk, for: SimulatedProcess()).openDirectory(path: "/")
    let file = try root.createFile("a", mode: 0o644)
    #expect(try file.status().modified == 12_345_678_901 / step * step)
  }
}
