import JSON
import TestSupport
import Testing

/// A project in the middle of its life: two clones, history, a trash, and edits on both sides.
///
/// `ada` has edited `a.txt` and `c.txt` and added `new.txt`; the hub has another `b.txt` and
/// `c.txt`, and no `gone.txt`. So one path is in conflict.
struct LivedIn {
  let stage: Stage
  let hub: HubProcess
  let ada: Clone
  let ben: Clone

  init() throws {
    let (stage, hub, person) = try Stage.withProject()
    let ada = try person.bind("ada", to: "p", of: hub)
    for name in ["a", "b", "c", "gone", "d1/x", "d1/y", "d2/x", "d2/y"] {
      try ada.write("first \(name)\n", to: name + ".txt")
    }
    try ada.run("push", "-m", "first").require(0)
    try ada.write("second a\n", to: "a.txt")
    try ada.run("push", "-m", "second").require(0)
    let ben = try stage.person("ben", of: hub).clone("p", of: hub, into: "ben")
    try ben.write("by ben, pulled\n", to: "b.txt")
    try ben.run("push", "-m", "third").require(0)
    try ada.run("pull").require(0)
    try ben.write("by ben\n", to: "b.txt")
    try ben.write("by ben\n", to: "c.txt")
    try ben.write("by ben\n", to: "d1/x.txt")
    try ben.write("by ben\n", to: "d2/x.txt")
    try ben.remove("gone.txt")
    try ben.run("push", "-m", "fourth").require(0)
    try ada.write("by ada\n", to: "a.txt")
    try ada.write("by ada\n", to: "c.txt")
    try ada.write("by ada\n", to: "d1/y.txt")
    try ada.write("by ada\n", to: "d2/y.txt")
    try ada.write("by ada\n", to: "new.txt")
    (self.stage, self.hub, self.ada, self.ben) = (stage, hub, ada, ben)
  }

  /// The requests that the hub answers while something is done; the hub stops before and after.
  func requests(during body: () throws -> Void) throws -> [HubProcess.Request] {
    hub.stop()
    let before = try hub.requests().count
    try hub.restart()
    try body()
    hub.stop()
    let after = try hub.requests()
    try hub.restart()
    return Array(after[before...])
  }
}
