/** The fields of the form, and what the API takes and says in their place. Pure. */
import type { Detail, Metadata, Wanted } from "../api";
import { holding, type LinksByHand } from "./links";
import { filledInLate, type LateDraft, ORDINARY_BUSY, ORDINARY_LATE, wantedLate } from "./policies";
import { filledIn, type ReminderDraft, wantedReminders } from "./reminders";
import { timeOf, waitOf } from "./wait";

/** A datum that the campaign is to find out. */
export interface Expected {
  name: string;
  kind: string;
}

export interface Draft {
  name: string;
  /** "-": none, on purpose. */
  department: string;
  channel: string;
  template: string;
  language: string;
  expectsAnswer: boolean | null;
  hours: string;
  minutes: string;
  remind: ReminderDraft[];
  late: LateDraft;
  busy: string;
  dialog: string;
  /** A bot that does not know the template takes the answers, and somebody said that this is meant (F013). */
  acceptsUnbound: boolean;
  allowRepeats: boolean;
  file: File | null;
  links: LinksByHand;
  goal: string;
  expects: Expected[];
  /** Names with commas between. */
  customData: string;
}

/** Of a new campaign. */
export const EMPTY: Draft = {
  name: "", department: "", channel: "", template: "", language: "", expectsAnswer: null,
  hours: "4", minutes: "00", remind: [], late: ORDINARY_LATE, busy: ORDINARY_BUSY,
  dialog: "", acceptsUnbound: false, allowRepeats: false, file: null, links: {},
  goal: "", expects: [], customData: "",
};

/** All the fields as they were; the list stays until another is chosen. */
export function filledFrom(campaign: Detail): Draft {
  return {
    ...EMPTY,
    name: campaign.name,
    department: campaign.department ?? "-",
    channel: campaign.channel,
    template: campaign.template,
    language: campaign.language,
    expectsAnswer: campaign.expects_answer,
    ...timeOf(campaign.wait_s),
    remind: filledIn(campaign.remind ?? []),
    late: filledInLate(campaign.late),
    busy: campaign.busy ?? ORDINARY_BUSY,
    dialog: campaign.dialog ?? "",
    acceptsUnbound: Boolean(campaign.dialog),
    allowRepeats: campaign.allow_repeats ?? false,
    links: campaign.links ?? {},
    goal: campaign.goal ?? "",
    expects: Object.entries(campaign.expects ?? {}).map(([name, kind]) => ({ name, kind })),
    customData: (campaign.custom_data ?? []).join(", "),
  };
}

/** What is asked for: without an answer there is no wait, nobody to remind, no bot, and nothing is late. */
export function wantedOf(draft: Draft, metadata: Metadata[]): Wanted {
  const { department, expectsAnswer, expects } = draft;
  return {
    name: draft.name.trim(),
    channel: draft.channel,
    department: department === "-" ? null : department,
    template: draft.template,
    language: draft.language,
    expects_answer: expectsAnswer === true,
    wait_s: expectsAnswer ? waitOf(draft.hours, draft.minutes) : null,
    remind: expectsAnswer ? wantedReminders(draft.remind) : [],
    late: wantedLate(expectsAnswer ? draft.late : ORDINARY_LATE),
    busy: draft.busy,
    dialog: (expectsAnswer && draft.dialog) || null,
    allow_repeats: draft.allowRepeats,
    links: holding(draft.links, metadata, department),
    goal: draft.goal,
    expects: Object.fromEntries(expects.filter(({ name }) => name.trim()).map(({ name, kind }) => [name.trim(), kind])),
    custom_data: draft.customData.split(",").map((name) => name.trim()).filter(Boolean),
  };
}
