import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { checkLogin, login, me } from "../login/session";
import { Button } from "../parts/Button";
import { t } from "../parts/i18n";
import { Icon } from "../parts/Icon";
import { addressOf, go } from "../shell/routes";
import "../styles/chat.css";
import "../styles/device.css";
import "../styles/campaigns.css";
import { front, inForm, openCampaigns } from "./desk";
import { ListView } from "./ListView";
import { CampaignForm } from "./create/CampaignForm";
import { ResultsView } from "./results/ResultsView";
import { w } from "./words";

/** The campaigns: their list, the form that makes one, the results of one. */
export function CampaignsPage(): JSX.Element {
  useEffect(() => void (login.value === "in" || checkLogin()), []);
  const state = login.value;
  useEffect(() => {
    if (state === "out") go(addressOf("login", { next: location.pathname + location.search }), { replace: true });
  }, [state]);
  if (me.value && me.value.user.role !== "agent") return <Inside key={me.value.user.name} />;
  if (!me.value && state !== "unreachable") return <div class="nothing" aria-busy="true" />;
  return (
    <div class="nothing">
      <Icon name="campaign" size={48} />
      <h2>{me.value ? w("campaigns") : t("unreachable")}</h2>
      <p>{me.value ? w("not_for_agents") : t("unreachable_more")}</p>
      {!me.value && <Button onClick={() => void checkLogin()}>{t("try_again")}</Button>}
    </div>
  );
}

function Inside(): JSX.Element {
  useEffect(openCampaigns, []);
  return <div class="campaigns">{inForm.value !== null ? <CampaignForm key={inForm.value} id={inForm.value} /> : front.value ? <ResultsView key={front.value} id={front.value} /> : <ListView />}</div>;
}
