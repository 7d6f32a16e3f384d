//! What happened at the doors of accounts.

use crate::{
    api,
    components::{
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        t,
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
            <h1>{t("security.title")}</h1>
            <p class="meta">{t("security.hint")}</p>
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
        </main>
    }
}

fn row(it: SecurityLine) -> impl IntoView {
    let (name, email) = match it.who {
        Some(who) => (who.name, who.email),
        None => (t("security.nobody"), None),
    };
    let class = it.step.is_refusal().then_some("error");
    view! {
        <tr>
            <td>{format::moment(it.at, Moment::DayTime)}</td>
            <th scope="row">{name} {email.map(|email| view! { <br/> <span class="meta">{email}</span> })}</th>
            <td class="wide"><span class=class>{words(it.step)}</span></td>
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
        SecurityStep::PlatformRoleGiven => "security.step.platform_role_given",
        SecurityStep::PlatformRoleTaken => "security.step.platform_role_taken",
    })
}
