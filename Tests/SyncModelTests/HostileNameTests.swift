import SyncModel
import TestSupport
import Testing

@Suite struct HostileNameTests {
  private func problem(_ bytes: [UInt8]) -> PathProblem? {
    do throws(PathProblem) {
      _ = try SyncPath(validating: bytes)
      return nil
    } catch {
      return error
    }
  }

  @Test(arguments: HostileName.all)
  func `a hostile name is let in or refused for its reason, at every depth`(_ name: HostileName) {
    #expect(problem(name.bytes) == name.problem)
    guard name.problem != .empty else { return }
    let slash = [UInt8(ascii: "/")]
    #expect(problem(Array("d/".utf8) + name.bytes) == name.problem)
    #expect(problem(name.bytes + slash + Array("f".utf8)) == name.problem)
    name.bytes.withUnsafeBufferPointer { #expect(PathName.problem(in: $0) == name.problem) }
  }

  @Test func `two spellings of one name are one path, each keeps its own`() throws {
    for (key, spelling) in HostileName.twins {
      #expect(try SyncPath(validating: spelling) == SyncPath(validating: key))
      #expect(try SyncPath(validating: spelling).key.utf8.elementsEqual(key.utf8), "\(key)")
    }
  }

  @Test func `no two hostile names are mistaken for one path`() throws {
    let paths = try HostileName.all.filter { $0.problem == nil }
      .map { try SyncPath(validating: $0.bytes) }
    #expect(Set(paths).count == paths.count)
  }
}
