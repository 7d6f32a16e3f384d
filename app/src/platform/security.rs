//! What happened at the doors of accounts.

use super::{factor_reset::FactorReset, refusals::Refusals};
use crate::{
    api,
    components::{
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    paged::{Paged, paged},
};
use leptos::prelude::*;
use orderline_domain::people::security::SecurityStep;
use orderline_protocol::security::SecurityLine;

const HEADS: &[&str] = &[
    "people.log.when",
    "security.who",
    "people.log.what",
    "security.from",
];

/// The page.
#[component]
pub fn SecurityPage() -> impl IntoView {
    let refused = RwSignal::new(false);
    let helping = RwSignal::new(false);
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(move |after| api::vendor::security(refused.get_untracked(), after));
    Effect::new(move |_| {
        refused.track();
        fetch.run(());
    });
    view! {
        <main class="desk">
            <div class="row wrap">
                <h1 class="grow">{t("security.title")}</h1>
                <button class="btn" aria-expanded=move || helping.get().to_string() on:click=move |_| helping.update(|it| *it = !*it)>
                    {t("security.reset.open")}
                </button>
            </div>
            <p class="meta">{t("security.hint")}</p>
            <Show when=move || helping.get()>
                <FactorReset done=move |()| fetch.run(())/>
            </Show>
            <label class="row">
                <input type="checkbox" prop:checked=refused on:change=move |event| refused.set(event_target_checked(&event))/>
                {t("security.refused_only")}
            </label>
            <Fetched
                load=load
                retry=move |()| fetch.run(())
                lines=6
                is_empty=Signal::derive(move || items.read().is_empty())
                empty=("security.none", "security.none.hint")
            >
                <Table label=t("security.title") heads=HEADS>{move || items.get().into_iter().map(row).collect_view()}</Table>
                <ShowMore rest=rest/>
            </Fetched>
            <Refusals/>
        </main>
    }
}

fn row(it: SecurityLine) -> impl IntoView {
    let (name, email) = match it.who {
        Some(who) => (who.name, who.email),
        None => (t("security.nobody"), None),
    };
    let class = it.step.is_refusal().then_some("error");
    let by = it.by.map(|by| t_with("security.by", &[("name", &by.name)]));
    let notes: Vec<String> = by.into_iter().chain(it.reason).collect();
    view! {
        <tr>
            <td>{format::moment(it.at, Moment::DayTime)}</td>
            <th scope="row">{name} {email.map(|email| view! { <br/> <span class="meta">{email}</span> })}</th>
            <td class="wide">
                <span class=class>{words(it.step)}</span>
                {notes.into_iter().map(|note| view! { <br/> <span class="meta">{note}</span> }).collect_view()}
            </td>
            <td>{it.from.map(|from| from.to_string())}</td>
        </tr>
    }
}

fn words(step: SecurityStep) -> String {
    t(match step {
        SecurityStep::SignedInByPassword => "security.step.signed_in_by_password",
        SecurityStep::SignedInByPasskey => "security.step.signed_in_by_passkey",
        SecurityStep::SignedInByLink => "security.step.signed_in_by_link",
        SecurityStep::PasswordRefused => "security.step.password_refused",
        SecurityStep::CodeRefused => "security.step.code_refused",
        SecurityStep::SecondFactorShown => "security.step.second_factor_shown",
        SecurityStep::RecoveryCodeUsed => "security.step.recovery_code_used",
        SecurityStep::PasswordShownAgain => "security.step.password_shown_again",
        SecurityStep::AuthenticatorAdded => "security.step.authenticator_added",
        SecurityStep::AuthenticatorRemoved => "security.step.authenticator_removed",
        SecurityStep::RecoveryCodesMade => "security.step.recovery_codes_made",
        SecurityStep::PasskeyAdded => "security.step.passkey_added",
        SecurityStep::PasskeyRemoved => "security.step.passkey_removed",
        SecurityStep::PasswordChanged => "security.step.password_changed",
        SecurityStep::SessionsEnded => "security.step.sessions_ended",
        SecurityStep::SecondFactorReset => "security.step.second_factor_reset",
        SecurityStep::SecondFactorResetAtConsole => "security.step.second_factor_reset_at_console",
        SecurityStep::EmailChangeAsked => "security.step.email_change_asked",
        SecurityStep::EmailChangeTakenBack => "security.step.email_change_taken_back",
        SecurityStep::EmailChanged => "security.step.email_changed",
        SecurityStep::AccountClosed => "security.step.account_closed",
        SecurityStep::PlatformRoleGiven => "security.step.platform_role_given",
        SecurityStep::PlatformRoleTaken => "security.step.platform_role_taken",
    })
}
