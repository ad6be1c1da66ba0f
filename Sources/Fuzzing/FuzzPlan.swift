import Commands
import JSON
import SyncModel

/// A plan that somebody hands in: refused, or written again as the same plan, which no change of a
/// member survives.
func fuzzPlan(_ bytes: [UInt8]) throws {
  guard case .object(let written)? = try? JSONValue.parse(bytes) else {
    try promise(plan(bytes) == nil, "a plan that is no object")
    return
  }
  // Vouched for, so that what is behind the digest is reached at all.
  let sealed = seal(written)
  guard let first = plan(sealed) else { return }
  let lists = ["steps", "conflicts", "blocked"].map { written[$0]?.arrayValue ?? [] }
  let again = first.document(steps: lists[0], conflicts: lists[1], blocked: lists[2])
  try promise(plan(again.bytes()) == first, "another plan when read again")
  guard case .object(let whole) = again else { return }
  for key in whole.keys where key != "digest" {
    var object = whole
    object[key] = .string("changed by the fuzzer")
    try promise(plan(JSONValue.object(object).bytes()) == nil, "'\(key)' was changed unseen")
    object[key] = nil
    try promise(plan(seal(object)) == nil, "a plan without '\(key)'")
  }
  var more = whole
  more["fuzzed"] = .null
  try promise(plan(seal(more)) == nil, "a member that no plan has")
}

private func plan(_ bytes: [UInt8]) -> PlanFile? {
  do throws(PlanFile.Problem) { return try PlanFile(bytes) } catch { return nil }
}

/// The bytes of a document that vouches for itself.
private func seal(_ object: JSONObject) -> [UInt8] {
  var object = object
  object["digest"] = nil
  object["digest"] = .string(PlanFile.digest(of: .object(object)).description)
  return JSONValue.object(object).bytes()
}
