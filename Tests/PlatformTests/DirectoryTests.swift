import Platform
import TestSupport
import Testing

/// Held folders of the operating system.
struct DirectoryTests {
  let disk: TemporaryFolder

  init() throws { disk = try TemporaryFolder() }

  @Test(arguments: ["", ".", "..", "a/b", "/", "a\0b"])
  func `a name is never a path`(_ name: String) throws {
    let folder = try disk.open()
    #expect(throws: Errno.invalidArgument) { try folder.createFile(name, mode: 0o644) }
    #expect(throws: Errno.invalidArgument) { try folder.openDirectory(name) }
    #expect(throws: Errno.invalidArgument) { try folder.removeTree(name) }
  }

  @Test func `a listing has every name once, with its kind`() throws {
    try disk.write("x", to: "file")
    try disk.write("x", to: "folder/inner")
    try disk.link("link", to: "file")
    let listing = try disk.open().list()
    var kinds: [String: FileKind] = [:]
    for (entry, name) in zip(listing.entries, listing.byteNames) {
      kinds[String(decoding: name, as: UTF8.self)] = entry.kind
    }
    #expect(kinds == ["file": .file, "folder": .directory, "link": .link])
  }

  @Test func `a folder of many names is listed whole, again and again`() throws {
    let folder = try disk.open()
    for number in 0..<3000 { _ = try folder.createFile("a long name \(number)", mode: 0o600) }
    var listing = DirectoryListing()
    for _ in 0..<2 {
      try folder.list(into: &listing)
      #expect(Set(listing.byteNames).count == 3000)
    }
  }

  @Test func `links are not followed`() throws {
    try disk.write("x", to: "folder/file")
    try disk.link("to-folder", to: "folder")
    try disk.link("to-file", to: "folder/file")
    let folder = try disk.open()
    #expect(throws: Errno.self) { try folder.openDirectory("to-folder") }
    #expect(throws: Errno.self) { try folder.openFile("to-file") }
    #expect(try folder.status(of: "to-file").kind == .link)
    try folder.removeTree("to-folder")
    #expect(disk.exists("folder/file"))
  }

  @Test func `renames do what their mode says`() throws {
    try disk.write("a", to: "a")
    try disk.write("b", to: "b")
    let folder = try disk.open()
    #expect(throws: Errno.exists) { try folder.rename("a", to: folder, as: "b", .noReplace) }
    #expect(throws: Errno.notFound) { try folder.rename("a", to: folder, as: "c", .exchange) }
    try folder.rename("a", to: folder, as: "b", .exchange)
    #expect(try disk.text("a") == "b" && disk.text("b") == "a")
    try folder.rename("a", to: folder, as: "b", .replace)
    #expect(try disk.everything() == ["b"])
    #expect(try disk.text("b") == "b")
  }

  @Test func `an empty tree goes and any other stays whole`() throws {
    _ = try disk.folder("empty/a/b")
    _ = try disk.folder("full/a/b")
    try disk.write("x", to: "full/c/file")
    try disk.open().removeEmptyTree("empty")
    #expect(throws: Errno.notEmpty) { try disk.open().removeEmptyTree("full") }
    #expect(disk.exists("full/c/file") && !disk.exists("empty"))
  }

  @Test func `a replaced file is whole and leaves nothing beside it`() throws {
    let folder = try disk.open()
    try folder.replaceFile("a", with: Array("one".utf8), mode: 0o600)
    try folder.replaceFile("a", with: Array("two".utf8), mode: 0o600)
    #expect(try disk.text("a") == "two")
    #expect(try disk.everything() == ["a"])
    #expect(throws: Errno.fileTooLarge) { try folder.readFile("a", limit: 2) }
    #expect(try folder.readFile("a", limit: 3) == Array("two".utf8))
  }

  @Test func `a file that ends before its size is not read as if it were whole`() throws {
    let folder = try disk.open()
    try folder.replaceFile("rules", with: Array("*.key".utf8), mode: 0o600)
    let cut = HookedDirectory(
      folder,
      FileHooks(status: {
        var status = $0
        status.size += 3
        return status
      }))
    #expect(throws: Errno.inputOutput) { try cut.readFile("rules") }
    #expect(try folder.readFile("rules") == Array("*.key".utf8))
  }

  @Test func `a lock is held by one and free when its holder goes`() throws {
    let folder = try disk.open()
    var first = try folder.lock("lock")
    #expect(first != nil)
    try first?.write(note: "me")
    #expect(try folder.lock("lock") == nil)
    #expect(try disk.text("lock") == "me")
    first = nil
    #expect(try folder.lock("lock") != nil)
  }
}
