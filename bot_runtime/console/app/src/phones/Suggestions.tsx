import type { JSX } from "preact";
import { t } from "../parts/i18n";
import type { DialogInfo, Phone } from "./api";
import { channelOf, world } from "./desk";

interface SuggestionsProps {
  phone: Phone;
  look: "welcome" | "row";
  onSay: (text: string) => void;
  onStart: () => void;
}

const SHOWN = 5;

/** What one could write now: a word for each dialog that listens to one. */
export function Suggestions({ phone, look, onSay, onStart }: SuggestionsProps): JSX.Element {
  const dialogs = world.value?.dialogs ?? [];
  const words = openings(dialogs);
  const chips = (
    <div class="chips" role="group" aria-label={t("suggestions")}>
      {words.map(({ word, title }) => (
        <button key={word} type="button" class="chip" title={title} onClick={() => onSay(word)}>
          {word}
        </button>
      ))}
      {dialogs.some(({ template }) => template) && (
        <button type="button" class="chip chip--start" onClick={onStart}>
          {t("receive_template")}
        </button>
      )}
    </div>
  );
  if (look === "row") return chips;
  return (
    <div class="welcome">
      <p class="welcome-title">{t("welcome", { word: words[0]?.word ?? t("hello") })}</p>
      <p>{t("welcome_more", { name: phone.name, business: channelOf(phone).title })}</p>
      {chips}
    </div>
  );
}

/** A greeting for the default dialog, then the first keyword of each. */
export function openings(dialogs: DialogInfo[]): { word: string; title: string }[] {
  const said = dialogs.flatMap(({ keywords, title, default: isDefault }) => {
    const first = keywords[0];
    if (isDefault) return [{ word: keywords.find((word) => word === t("hello")) ?? t("hello"), title }, ...(first && first !== t("hello") ? [{ word: first, title }] : [])];
    return first ? [{ word: first, title }] : [];
  });
  const defaultFirst = said.sort((a, b) => Number(b.word === t("hello")) - Number(a.word === t("hello")));
  return defaultFirst.filter(({ word }, at) => said.findIndex((other) => other.word === word) === at).slice(0, SHOWN);
}
