import { expect, test } from "vitest";
import { en } from "../texts/campaigns.en";
import { es } from "../texts/campaigns.es";
import type { Counts, Figures } from "./api";
import { funnel, parts, settled } from "./figures";

const facts = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test.each(Object.keys(es) as (keyof typeof es)[])("%s says something, with the same facts, in both languages", (key) => {
  expect(es[key].trim()).not.toBe("");
  expect(en[key].trim()).not.toBe("");
  expect(facts(en[key])).toEqual(facts(es[key]));
});

const shares = (counts: Counts): number => parts(counts).reduce((sum, { permille }) => sum + permille, 0);

test.each([
  [{ sent: 1, delivered: 1, read: 1 }],
  [{ read: 1, failed: 2999 }],
  [{ read: 7, delivered: 11, sent: 13, failed: 17, pending: 19, queued: 23, skipped: 29 }],
] as [Counts][])("the shares of %j make a hundred percent", (counts) => {
  expect(shares(counts)).toBe(1000);
});

test("nobody has no shares", () => {
  expect(parts({})).toEqual([]);
  expect(settled({})).toBe(0);
});

test("who read was delivered to, and who was delivered to was sent to", () => {
  const figures: Figures = { planned: 10, sent: 9, reached: 8, answered: 2, late: 0, redemption: 0.2, tickets: {} };
  const counts: Counts = { read: 5, delivered: 3, sent: 1, failed: 1 };
  expect(funnel(counts, figures, true).map(({ count }) => count)).toEqual([10, 9, 8, 5, 2]);
  expect(funnel(counts, figures, false)[3]).toEqual({ name: "read", count: null });
});
