import { expect, test } from "vitest";
import { filledInLate, type LateDraft, lateTrouble, ORDINARY_LATE, wantedLate } from "./policies";

const late = (part: Partial<LateDraft>): LateDraft => ({ ...ORDINARY_LATE, ...part });

test.each([
  [late({}), undefined, undefined],
  [late({ hours: "0" }), undefined, undefined],
  [late({ hours: "72" }), undefined, undefined],
  [late({ hours: "73" }), "late_wrong_hours", undefined],
  [late({ hours: "1.5" }), "late_wrong_hours", undefined],
  [late({ hours: "" }), "late_wrong_hours", undefined],
  [late({ policy: "new", hours: "99" }), undefined, undefined], // not asked for there
  [late({ policy: "say" }), undefined, "text_missing"],
  [late({ policy: "say", say: "Gracias, {{nombre}}" }), undefined, undefined],
  [late({ policy: "say", say: "Gracias, {{apodo}}" }), undefined, "text_lacks"],
])("%j", (one, hours, say) => {
  const found = lateTrouble(one, ["nombre"]);
  expect([found.hours?.key, found.say?.key]).toEqual([hours, say]);
});

test.each([
  [late({}), { policy: "reopen", within_h: 24, say: "" }],
  [late({ hours: "6", say: "typed, then another policy" }), { policy: "reopen", within_h: 6, say: "" }],
  [late({ policy: "new", hours: "99" }), { policy: "new", within_h: 24, say: "" }],
  [late({ policy: "say", hours: "2", say: " Gracias. " }), { policy: "say", within_h: 2, say: "Gracias." }],
] as const)("%j is asked for as %j", (one, wanted) => {
  expect(wantedLate(one)).toEqual(wanted);
  expect(wantedLate(filledInLate(wanted))).toEqual(wanted);
});
