import HTTPServing
import JSON
import Platform
import SyncModel
import TestSupport
import Testing

/// Field bugs, chapter F: faults in the middle of a run, locks, and runs that overlap.
@Suite struct FieldFaultTests {
  private typealias Pack = `A server sends other contents than it lists`.MadeUpPack

  // B49
  @Test func `a download that is killed in its middle leaves old bytes or new ones`() throws {
    let field = try FieldStage(["large.bin": "small\n", "a.txt": "a\n"])
    try field.ben.write(noise(18 << 20, seed: 5), to: "large.bin")
    try field.run(field.ben, ["push"])
    let reached = Monitor(false)
    let goesOn = Monitor(false)
    field.server.spoil { asked in
      guard asked.isLarge else { return nil }
      return .changed { answer in
        reached.update { $0 = true }
        _ = goesOn.wait { $0 ? true : nil }
        return answer.cut
      }
    }
    let pull = try field.ada.start("pull")
    _ = reached.wait { $0 ? true : nil }
    pull.kill()
    _ = pull.wait()
    goesOn.update { $0 = true }
    field.server.spoil(nil)
    #expect(try field.ada.text("large.bin") == "small\n")
    #expect(try field.states(field.ada) == ["large.bin": "remote_to_local modified"])
    #expect(try field.run(field.ada, ["push"]).paths("pushed") == [])
    try field.expectInvariants()
  }

  // B50
  @Test(arguments: [413, 507])
  func `a replacement that is refused leaves the old file there`(status: Int) throws {
    let field = try FieldStage()
    try field.ada.write("a by ada\n", to: "a.txt")
    field.server.spoil {
      $0.method == "GET" ? nil : .instead(.refusal(status, "too_large"))
    }
    let pushed = try field.run(field.ada, ["push"], 4)
    #expect(pushed.errorText.contains("error: "))
    field.server.spoil(nil)
    #expect(try field.run(field.ben, ["pull"]).paths("pulled") == [])
    #expect(try field.ben.text("a.txt") == "base a\n")
    try field.expectInvariants()
  }

  // B51
  @Test(arguments: [1, 5])
  func `a run of five that failed for some is told as such`(failures: Int) throws {
    let field = try FieldStage()
    let contents = (0..<5).map { "content \($0)\n" }
    for (number, text) in contents.enumerated() { try field.ben.write(text, to: "f\(number).txt") }
    try field.run(field.ben, ["push"])
    let served = contents.dropFirst(failures).map { Array($0.utf8) }
    let none = Array("SLPK1\n".utf8) + [0, 0, 0, 0, 0]
    let pack = served.isEmpty ? none : Pack(contents: served).bytes
    field.server.spoil { asked in asked.isPack ? .changed { $0.with(pack) } : nil }
    let json = try field.run(field.ada, ["pull"], 4)
    #expect(try json.paths("failed").count == failures)
    #expect(try json.paths("pulled").count == 5 - failures)
    field.server.spoil { asked in asked.isPack ? .changed { $0.with(none) } : nil }
    let told = try field.ada.run("pull").expect(4)
    told.expectTold("Nothing was done; left: \(failures) failed")
    #expect(!told.outputText.contains("Done"), "\(told.words)")
    #expect(!told.outputText.contains("nothing to do"), "\(told.words)")
    #expect(try field.states(field.ada).count == failures)
    try field.expectInvariants()
  }

  // B52
  @Test func `what was sent before a hub was busy is not sent again`() throws {
    let field = try FieldStage()
    for number in 0..<4 { try field.ada.write(noise(3 << 19, seed: number), to: "\(number).bin") }
    let refused = Monitor(0)
    field.server.spoil { asked in
      guard asked.method != "GET" else { return nil }
      let isBusy = refused.update { count in
        count += 1
        return (3...4).contains(count)
      }
      return isBusy ? .instead(.refusal(503, "busy", retryAfter: 0)) : nil
    }
    try field.run(field.ada, ["push"])
    let writes = field.server.asked.filter { $0.method != "GET" }
    let commits = writes.filter(\.isCommit)
    #expect(commits.count <= 3, "\(writes)")
    let revision = try field.ada.json("status").document()["remote_revision"]?.intValue
    #expect(revision == 2)
    let busy = writes.count
    // As many requests as without the two refusals, and those two.
    for number in 0..<4 {
      try field.ada.write(noise(3 << 19, seed: 9 + number), to: "\(number).bin")
    }
    field.server.spoil(nil)
    try field.run(field.ada, ["push"])
    let calm = field.server.asked.filter { $0.method != "GET" }.count
    #expect(busy == calm + 2, "\(writes)")
    try field.expectInvariants()
  }

  // B53
  @Test func `a lock of a run that works is never too old`() throws {
    let field = try FieldStage()
    try field.ada.write("a by ada\n", to: "a.txt")
    let state = try POSIXFileSystem().openDirectory(path: field.ada.path + "/.syncline")
    var lock = try state.lock("lock")
    try #require(lock != nil)
    let old = try ChildProcess.run(
      "touch", ["-d", "-1 day", field.ada.path + "/.syncline/lock"])
    try #require(old.exitCode == 0)
    for verb in ["push", "pull", "sync"] { try field.run(field.ada, [verb], 8) }
    lock = nil
    #expect(try field.run(field.ada, ["push"]).paths("pushed") == ["a.txt"])
    try field.expectInvariants()
  }

  // B54, without `watch`
  @Test func `a run in the middle of another is refused and changes nothing`() throws {
    let field = try FieldStage()
    let ada = field.ada
    try ada.write("a by ada\n", to: "a.txt")
    let codes = Monitor<[Int32]>([])
    field.server.spoil { asked in
      guard asked.isCommit else { return nil }
      for verb in ["push", "pull", "sync"] {
        let code = (try? ada.run(verb).exitCode) ?? -1
        codes.update { $0.append(code) }
      }
      return nil
    }
    #expect(try field.run(ada, ["push"]).paths("pushed") == ["a.txt"])
    #expect(codes.update { $0 } == [8, 8, 8])
    #expect(field.server.asked.filter(\.isCommit).count == 1)
    try field.expectInvariants()
  }

  // B55, without `watch`
  @Test(arguments: [true, false])
  func `a save in two steps during a run ends with its last bytes`(inPlace: Bool) throws {
    let field = try FieldStage()
    let ada = field.ada
    try field.pushAsBen(["b.txt": "b by ben\n"])
    try ada.write("c by ada\n", to: "c.txt")
    field.server.spoil { asked in
      switch asked.number {
      case 1:
        if inPlace { try? ada.write("", to: "a.txt") } else { try? ada.write("saved\n", to: ".s") }
      case 2:
        if inPlace {
          try? ada.write("saved\n", to: "a.txt")
        } else {
          try? ada.rename(".s", to: "a.txt")
        }
      default: break
      }
      return nil
    }
    let synced = try field.run(ada, ["sync"], 0, 3, 4)
    #expect(try synced.paths("deleted_remote") == [])
    field.server.spoil(nil)
    #expect(try ada.text("a.txt") == "saved\n")
    try field.expectInvariants()
    #expect(try field.ben.text("a.txt") == "saved\n")
  }
}
