import { expect, test } from "vitest";
import { en as campaignsEn } from "./campaigns.en";
import { es as campaignsEs } from "./campaigns.es";
import { en as dialogsEn } from "./dialogs.en";
import { es as dialogsEs } from "./dialogs.es";
import { en } from "./en";
import { es } from "./es";

const facts = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).sort();

test("every text exists in both languages", () => {
  expect(Object.keys(en).sort()).toEqual(Object.keys(es).sort());
});

test.each(Object.keys(es) as (keyof typeof es)[])("%s says something, with the same facts, in both", (key) => {
  expect(es[key].trim()).not.toBe("");
  expect(en[key].trim()).not.toBe("");
  expect(facts(en[key])).toEqual(facts(es[key]));
});

test.each(Object.keys(dialogsEs) as (keyof typeof dialogsEs)[])("dialogs: %s says something, with the same facts, in both", (key) => {
  expect(dialogsEs[key].trim()).not.toBe("");
  expect(dialogsEn[key].trim()).not.toBe("");
  expect(facts(dialogsEn[key])).toEqual(facts(dialogsEs[key]));
});

test.each(Object.keys(campaignsEs) as (keyof typeof campaignsEs)[])("campaigns: %s says something, with the same facts, in both", (key) => {
  expect(campaignsEs[key].trim()).not.toBe("");
  expect(campaignsEn[key].trim()).not.toBe("");
  expect(facts(campaignsEn[key])).toEqual(facts(campaignsEs[key]));
});
