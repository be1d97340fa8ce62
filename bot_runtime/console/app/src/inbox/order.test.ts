import { expect, test } from "vitest";
import type { Line, Row, View } from "./api";
import { belongs, compare, isNewer, partsOf, withLine } from "./order";

const row = (facts: Partial<Row>): Row => ({
  id: "t", number: 1, channel: "whatsapp", channel_kind: "whatsapp", state: "queued", department: "ventas", owner: "", owner_name: "",
  contact_name: "", address: "", last_text: "", last_at: null, unread: 0, opened_at: null, changed_at: null, queued_at: null, window_closes_at: null,
  reason: "", tags: [], dialog: "", ...facts,
});
const line = (facts: Partial<Line>): Line => ({
  id: "1", at: at(0), from: "bot", text: "", by: "", by_name: "", entry: "", status: null, event: "", error: "", why: null, ...facts,
});

function at(minute: number): string {
  return `2026-03-12T15:${String(minute).padStart(2, "0")}:00Z`;
}

test.each<[string, Partial<Row>, View[]]>([
  ["waits in the queue", { state: "queued" }, ["queue", "all"]],
  ["is ours", { state: "taken", owner: "ana" }, ["mine", "all"]],
  ["is a colleague's", { state: "taken", owner: "beto" }, ["all"]],
  ["is the bot's", { state: "bot" }, ["all"]],
  ["was ours and is closed", { state: "closed", owner: "ana" }, ["closed"]],
])("a ticket that %s is in its views", (_, facts, views) => {
  const found = (["queue", "mine", "all", "closed"] as const).filter((view) => belongs(view, "", "ana", row(facts)));
  expect(found).toEqual(views);
});

test("a department's filter leaves out the others", () => {
  expect(belongs("queue", "ventas", "ana", row({}))).toBe(true);
  expect(belongs("queue", "cobranza", "ana", row({}))).toBe(false);
});

test("the queue begins with who waits longest, our own with what moved last", () => {
  const early = row({ id: "early", queued_at: at(1), last_at: at(9) });
  const late = row({ id: "late", queued_at: at(5), last_at: at(6) });
  expect(compare("queue", early, late)).toBeLessThan(0);
  expect(compare("mine", early, late)).toBeLessThan(0);
  expect(compare("mine", row({ id: "older", last_at: at(2) }), late)).toBeGreaterThan(0);
});

test.each([
  [undefined, row({}), true],
  [row({ changed_at: at(2) }), row({ changed_at: at(3) }), true],
  [row({ changed_at: at(2) }), row({ changed_at: at(2) }), true], // the same moment: the later told wins
  [row({ changed_at: at(2), last_at: at(4) }), row({ changed_at: at(3) }), false], // an answer that a live line overtook
])("what is known is only replaced by what is not older", (known, told, newer) => {
  expect(isNewer(known, told)).toBe(newer);
});

test("lines keep their order, and one known by its id or its entry is replaced", () => {
  const lines = [line({ id: "1", at: at(1) }), line({ id: "2", at: at(3), entry: "e2", status: "sent" })];
  expect(withLine(lines, line({ id: "9", at: at(2) })).map(({ id }) => id)).toEqual(["1", "9", "2"]);
  expect(withLine(lines, line({ id: "9", at: at(3) })).map(({ id }) => id)).toEqual(["1", "2", "9"]);
  expect(withLine(lines, line({ id: "2", at: at(3), entry: "e2", status: "read" })).map(({ status }) => status)).toEqual([null, "read"]);
  expect(withLine(lines, line({ id: "other", at: at(3), entry: "e2", status: "failed" })).map(({ status }) => status)).toEqual([null, "failed"]);
});

test.each([
  ["Hola\n[Pagar]\n[Ver] https://example.com/a7", "Hola", ["Pagar", "Ver https://example.com/a7"]],
  ["[image: https://example.com/a.png]\nHola", "[image: https://example.com/a.png]\nHola", []],
  ["[Pagar]", "[Pagar]", []], // all there is: not buttons under nothing
  ["Elige\n1) Sí\n2) No", "Elige\n1) Sí\n2) No", []],
])("a template's buttons stand after its text", (said, text, buttons) => {
  expect(partsOf(said)).toEqual({ text, buttons });
});
