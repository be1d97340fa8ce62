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
      <p class="welcome-title">{words[0] ? t("welcome", { word: words[0].word }) : t("welcome_wordless")}</p>
      <p>{t("welcome_more", { name: phone.name, business: channelOf(phone).title })}</p>
      {chips}
    </div>
  );
}

/** A greeting for the default dialog, in its own language, then the first keyword of each. */
export function openings(dialogs: DialogInfo[]): { word: string; title: string }[] {
  const byDefault = dialogs.filter((dialog) => dialog.default);
  const greetings = byDefault.map(({ language, title }) => ({ word: language === "en" ? "hello" : "hola", title }));
  const keywords = dialogs.flatMap(({ keywords: [first], title }) => (first ? [{ word: first, title }] : []));
  const all = [...greetings, ...keywords];
  return all.filter(({ word }, at) => all.findIndex((other) => other.word === word) === at).slice(0, SHOWN);
}
