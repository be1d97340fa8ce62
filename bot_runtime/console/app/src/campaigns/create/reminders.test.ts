import { describe, expect, test } from "vitest";
import type { Template } from "../api";
import { another, filledIn, type ReminderDraft, type Sendable, troublesOf, wantedReminders } from "./reminders";

const known = (name: string, kind: "whatsapp" | "sms", parameters: string[] = []): Template => ({
  name, language: "es_MX", channel_kind: kind, header: null, body: "", footer: null, buttons: [], parameters, dialog: null,
});
const TEMPLATES = [known("saldo", "whatsapp", ["nombre"]), known("horario", "whatsapp"), known("cita", "whatsapp", ["hora"]), known("aviso", "sms")];
const WHATSAPP: Sendable = { kind: "whatsapp", templates: TEMPLATES, names: ["nombre"] };
const SMS: Sendable = { ...WHATSAPP, kind: "sms" };
const at = (hours: string, minutes = "00", template = "saldo/es_MX", say = ""): ReminderDraft => ({ hours, minutes, template, say });

describe("when", () => {
  test.each([
    [[at("1"), at("2")], [undefined, undefined]],
    [[at("2"), at("2")], [undefined, "remind_order"]],
    [[at("0")], ["remind_time"]],
    [[at("1", "70")], ["remind_time"]],
    [[at("4")], ["remind_wait"]], // as the wait ends nobody is reminded any more
  ])("%j", (reminders, said) => {
    expect(troublesOf(reminders, 14_400, WHATSAPP).map(({ after }) => after?.key)).toEqual(said);
  });

  test("a wait that is wrong itself is said there", () => {
    expect(troublesOf([at("9")], null, WHATSAPP)[0]?.after).toBeUndefined();
  });

  test.each([
    [[], 14_400, "2:00"],
    [[at("2")], 14_400, "3:00"],
    [[at("3"), at("3", "30")], 14_400, "3:45"],
    [[], 1800, "0:15"],
    [[], 240, "0:02"],
    [[], null, "0:00"],
  ])("one more after %j, of a wait of %s s: %s", (reminders, waitS, time) => {
    const { hours, minutes } = another(reminders, waitS, WHATSAPP);
    expect(`${hours}:${minutes}`).toBe(time);
  });
});

describe("what", () => {
  test.each([
    [WHATSAPP, at("1"), undefined],
    [WHATSAPP, at("1", "00", ""), "remind_no_template"],
    [WHATSAPP, at("1", "00", "gone/es_MX"), "remind_no_template"],
    [WHATSAPP, at("1", "00", "cita/es_MX"), "text_lacks"],
    [SMS, at("1", "00", ""), "text_missing"],
    [SMS, at("1", "00", "", "x".repeat(1025)), "text_long"],
    [SMS, at("1", "00", "", "{{ nombre }}, {{nombre | upper}}: ¿lo viste?"), undefined],
    [SMS, at("1", "00", "", "{{ monto | money }}"), "text_lacks"],
    [SMS, at("1", "00", "saldo/es_MX"), "remind_no_template"], // of another kind of channel
  ])("%#: %j", (from, one, said) => {
    expect(troublesOf([one], 14_400, from)[0]?.what?.key).toBe(said);
  });
});

test("what the API says is filled in, and asked for again, as it was", () => {
  const said = [
    { after_s: 5400, say: "", template: "saldo", language: "es_MX" },
    { after_s: 7200, say: "¿Lo viste?", template: "", language: "" },
  ];
  expect(wantedReminders(filledIn(said))).toEqual([
    { after_s: 5400, template: "saldo", language: "es_MX" },
    { after_s: 7200, say: "¿Lo viste?" },
  ]);
});
