import { expect, test } from "vitest";
import { pickable } from "./create/bots";

const BOTS = [
  { name: "z", title: "Zeta", template: null },
  { name: "due", title: "Due", template: "due" },
  { name: "again", title: "Again", template: "due" },
  { name: "sms", title: "Sms", template: "sms_news" },
  { name: "news", title: "News", template: "news" },
];
const TEMPLATES = [
  { name: "due", channel_kind: "whatsapp" },
  { name: "news", channel_kind: "whatsapp" },
  { name: "sms_news", channel_kind: "sms" },
];
const names = (bots: { name: string }[]): string[] => bots.map(({ name }) => name);

test("bots made for the template come first, then the others of the channel's kind, each by title", () => {
  const { bound, others } = pickable(BOTS, TEMPLATES, "due", "whatsapp");
  expect(names(bound)).toEqual(["again", "due"]);
  expect(names(others)).toEqual(["news", "z"]);
});

test("without a template nothing is bound", () => {
  expect(names(pickable(BOTS, TEMPLATES, "", "sms").bound)).toEqual([]);
});
