import JSON
import Platform
import Synchronization
import TestSupport
import Testing

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What every refusal must be, whatever caused it.
extension CommandResult {
  /// Expects an error document with this code on stdout, and the same words on stderr.
  @discardableResult
  func expectRefusal(
    _ exit: Int32, _ code: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> String {
    expect(exit, sourceLocation: sourceLocation)
    expectHarmless(sourceLocation: sourceLocation)
    let document = try document(sourceLocation: sourceLocation)
    #expect(
      document["schema"]?.stringValue == "syncline/error/1", "\(words)",
      sourceLocation: sourceLocation)
    let error = document["error"]
    #expect(error?["code"]?.stringValue == code, "\(words)", sourceLocation: sourceLocation)
    let message = error?["message"]?.stringValue ?? ""
    let hint = error?["hint"]?.stringValue ?? ""
    #expect(!message.isEmpty && !hint.isEmpty, "\(words)", sourceLocation: sourceLocation)
    #expect(errorText.contains("error: "), "\(words)", sourceLocation: sourceLocation)
    #expect(errorText.contains("hint: "), "\(words)", sourceLocation: sourceLocation)
    return message
  }

  /// Expects a word of ours to stand in what is told to people.
  @discardableResult
  func expectTold(
    _ part: String, sourceLocation: SourceLocation = #_sourceLocation
  ) -> CommandResult {
    #expect(
      (outputText + errorText).contains(part), "'\(part)' is not told: \(words)",
      sourceLocation: sourceLocation)
    return self
  }

  /// Expects nothing in the output that a terminal would obey, no token, and no crash.
  @discardableResult
  func expectHarmless(
    token: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) -> CommandResult {
    let isHarmless: (UInt8) -> Bool = { $0 >= 0x20 && $0 != 0x7f || $0 == 0x0a || $0 == 0x09 }
    #expect(outcome.output.allSatisfy(isHarmless), "\(words)", sourceLocation: sourceLocation)
    #expect(outcome.errors.allSatisfy(isHarmless), "\(words)", sourceLocation: sourceLocation)
    let all = outputText + errorText
    #expect(!all.contains("slt_"), "a token is told", sourceLocation: sourceLocation)
    if let token {
      #expect(!all.contains(token), "the token is told", sourceLocation: sourceLocation)
    }
    #expect(
      exitCode != 70 && exitCode < 131 && !all.contains("SyncModel.")
        && !all.contains("HubProtocol."), "\(words)", sourceLocation: sourceLocation)
    return self
  }
}

extension Clone {
  /// Expects `.syncline` to hold nothing but what every project has, and nothing of ours beside it.
  func expectNoLitter(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let kept = try POSIXFileSystem().openDirectory(path: path + "/.syncline")
    for name in ["staging", "tmp"] {
      guard let status = try kept.statusIfPresent(of: name), status.kind == .directory else {
        continue
      }
      let left = try kept.openDirectory(name).list().byteNames
      #expect(left.isEmpty, "\(name) holds \(left.count) entries", sourceLocation: sourceLocation)
    }
    let strange = try tree().paths.filter { $0.description.contains(".syncline") }
    #expect(strange.isEmpty, "\(strange)", sourceLocation: sourceLocation)
  }

  /// Runs a verb as somebody whom permissions bind: another user where the tests run as root.
  func runUnprivileged(_ arguments: [String], seconds: Int = 60) throws -> CommandResult {
    guard geteuid() == 0 else { return try person.run(arguments, in: path, seconds: seconds) }
    let drop = ["--reuid", "65534", "--regid", "65534", "--clear-groups", try Syncline.binary()]
    let outcome = try ChildProcess.run(
      "setpriv", drop + arguments, environment: person.environment, directory: path,
      seconds: seconds)
    return CommandResult(arguments: arguments, outcome: outcome)
  }

  /// Gives the folder to the user that ``runUnprivileged(_:seconds:)`` runs as.
  func giveAway() throws {
    guard geteuid() == 0 else { return }
    for folder in [person.stage, person.home] { chmod(folder, 0o755) }
    let outcome = try ChildProcess.run("chown", ["-R", "65534:65534", path, person.home])
    try #require(outcome.exitCode == 0)
  }
}

/// A folder of its own file system that is small; only root can have one.
final class SmallDisk: Sendable {
  let path: String

  /// Whether this machine lets the tests mount one.
  static let isPossible: Bool = {
    guard geteuid() == 0, let stage = try? Stage() else { return false }
    return (try? SmallDisk(at: stage.path + "/disk", kibibytes: 64)) != nil
  }()

  init(at path: String, kibibytes: Int) throws {
    self.path = path
    guard mkdir(path, 0o755) == 0 else { throw Errno.last }
    let outcome = try ChildProcess.run(
      "mount", ["-t", "tmpfs", "-o", "size=\(kibibytes)k,mode=755", "tmpfs", path])
    guard outcome.exitCode == 0 else { throw Errno.notPermitted }
  }

  deinit { _ = try? ChildProcess.run("umount", ["-l", path]) }

  /// Fills the disk but for so many bytes.
  func fill(leaving bytes: Int) throws {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw Errno.last }
    let free = Int(status.f_bavail) * Int(status.f_frsize)
    let folder = try POSIXFileSystem().openDirectory(path: path)
    let file = try folder.createFile("filler", mode: 0o644)
    try file.write([UInt8](repeating: 1, count: max(0, free - bytes)))
  }

  /// Makes room again.
  func clear() throws {
    guard unlink(path + "/filler") == 0 else { throw Errno.last }
  }
}

/// Bytes that do not compress, the same for the same seed.
func noise(_ count: Int, seed: Int) -> [UInt8] {
  var generator = SeededGenerator(seed: UInt64(seed) + 1)
  return [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
    for index in 0..<count / 8 {
      UnsafeMutableRawBufferPointer(buffer).storeBytes(
        of: generator.next(), toByteOffset: index * 8, as: UInt64.self)
    }
    for index in count / 8 * 8..<count { buffer[index] = 7 }
    filled = count
  }
}
