import ProjectState
import SyncModel

extension StateDatabase {
  /// Everything that is recorded but the stat cache, as lines to compare.
  func records() throws -> [String] {
    var lines: [String] = []
    for fact in Fact.allCases { lines.append("\(fact): \(try self.fact(fact) ?? "-")") }
    for (name, identity) in try bindings() { lines.append("\(name) is \(identity)") }
    for target in try targets() {
      lines.append("\(target)")
      lines += try base(of: target).rows.map { "base \($0)" }
      lines += try overlay(of: target).map { "overlay \($0)" }
    }
    for run in try runs() {
      lines.append("\(run)")
      lines += try passes(of: run.id).map { "pass \($0)" }
    }
    lines += try openPasses().map { "open \($0)" }
    return lines + (try objectIndex().map { "object \($0)" }.sorted())
  }
}
