import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { me } from "../login/session";
import { Button, IconButton } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import type { View } from "./api";
import { selected } from "./desk";
import { counts, department, listed, listing, ownDepartments, readList, readMore, show, showDepartment, view } from "./lists";
import { RowView } from "./RowView";
import { viewTitle } from "./words";

const SEEN_BY: Record<string, View[]> = {
  agent: ["queue", "mine", "closed"],
  supervisor: ["queue", "mine", "all", "closed"],
  administrator: ["queue", "mine", "all", "closed"],
};

export function viewsOf(): View[] {
  return SEEN_BY[me.value?.user.role ?? "agent"] ?? [];
}

/** The queue, one's own, all, and the closed ones. */
export function ListPane({ onHelp }: { onHelp: () => void }): JSX.Element {
  const views = viewsOf();
  useEffect(() => {
    if (!views.includes(view.value)) show("queue");
  }, []);
  return (
    <section class="list-pane" aria-label={t("conversations")}>
      <header class="list-head">
        <h1>{t("inbox")}</h1>
        <DepartmentFilter />
        <IconButton icon="keyboard" label={t("shortcuts")} aria-keyshortcuts="?" onClick={onHelp} />
      </header>
      <Tabs views={views} />
      <Rows />
    </section>
  );
}

function DepartmentFilter(): JSX.Element | null {
  const own = ownDepartments();
  if (own.length < 2) return null;
  return (
    <select
      class="department-filter"
      aria-label={t("department")}
      value={department.value}
      onChange={(event) => showDepartment(event.currentTarget.value)}
    >
      <option value="">{t("all_departments")}</option>
      {own.map(({ name, title }) => (
        <option key={name} value={name}>
          {title}
        </option>
      ))}
    </select>
  );
}

function Tabs({ views }: { views: View[] }): JSX.Element {
  const bar = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by || event.altKey) return;
    event.preventDefault();
    const to = views[(views.indexOf(view.value) + by + views.length) % views.length];
    if (to) show(to);
    requestAnimationFrame(() => bar.current?.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
  };
  return (
    <div class="tabs" role="tablist" aria-label={t("views")} ref={bar} onKeyDown={move}>
      {views.map((name, place) => {
        const many = name === "closed" ? undefined : counts.value?.[name];
        const current = name === view.value;
        return (
          <button
            key={name}
            type="button"
            role="tab"
            id={`view-${name}`}
            aria-selected={current}
            aria-controls="rows"
            aria-keyshortcuts={`Alt+${place + 1}`}
            title={`Alt+${place + 1}`}
            tabIndex={current ? 0 : -1}
            onClick={() => show(name)}
          >
            {t(viewTitle(name))}
            {many !== undefined && <span class={`tab-count ${many > 0 && name === "queue" ? "tab-count--waiting" : ""}`}>{many}</span>}
          </button>
        );
      })}
    </div>
  );
}

function Rows(): JSX.Element {
  const end = useRef<HTMLDivElement>(null);
  const rows = listed.value;
  const { state, next } = listing.value;
  useEffect(() => {
    if (!end.current || next === null) return;
    const inSight = new IntersectionObserver((seen) => seen.some(({ isIntersecting }) => isIntersecting) && void readMore(), { rootMargin: "300px" });
    inSight.observe(end.current);
    return () => inSight.disconnect();
  }, [next, view.value, department.value]);

  return (
    <div class="rows" id="rows" role="tabpanel" aria-labelledby={`view-${view.value}`} aria-busy={state === "loading"}>
      {rows.length > 0 && (
        <ul>
          {rows.map((row) => (
            <RowView key={row.id} row={row} current={row.id === selected.value} />
          ))}
        </ul>
      )}
      {rows.length === 0 && (state === "loading" || state === "new") && <Skeleton />}
      {rows.length === 0 && state === "ready" && next === null && <Nothing of={view.value} />}
      {state === "failed" && (
        <div class="rows-nothing">
          <p>{t("unreachable")}</p>
          <Button onClick={() => void readList()}>{t("try_again")}</Button>
        </div>
      )}
      <div ref={end} class="rows-end" />
    </div>
  );
}

function Nothing({ of }: { of: View }): JSX.Element {
  return (
    <div class="rows-nothing">
      <Icon name={of === "queue" ? "check" : "inbox"} size={32} />
      <p>{t(`no_${of}`)}</p>
    </div>
  );
}

function Skeleton(): JSX.Element {
  return (
    <div class="skeleton" aria-hidden="true">
      {[0, 1, 2, 3].map((place) => (
        <i key={place} />
      ))}
    </div>
  );
}
