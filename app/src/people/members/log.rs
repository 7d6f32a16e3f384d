//! What was changed about the vendor's people.

use crate::{
    api,
    components::{
        more::ShowMore,
        table::{Fetched, Table},
    },
    locale::{
        format::{self, Moment},
        role_name, t, t_with,
    },
    paged::{Paged, paged},
};
use leptos::prelude::*;
use orderline_domain::people::invitation::PeopleStep;
use orderline_protocol::people::PeopleLogLine;

const HEADS: &[&str] = &["people.log.when", "people.log.what", "people.log.by"];

/// The log, newest first.
#[component]
pub fn Changes(edits: RwSignal<u32>) -> impl IntoView {
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(api::people_log);
    Effect::new(move |_| {
        edits.track();
        fetch.run(());
    });
    let row = |it: PeopleLogLine| {
        let by = t_with(
            "bar.who",
            &[("name", &it.by.name), ("role", &role_name(it.by.role))],
        );
        view! {
            <tr>
                <td>{format::moment(it.at, Moment::DayTime)}</td>
                <td class="wide">{words(&it)}</td>
                <td>{by}</td>
            </tr>
        }
    };
    view! {
        <h2>{t("people.log")}</h2>
        <Fetched
            load=load
            retry=move |()| fetch.run(())
            lines=3
            is_empty=Signal::derive(move || items.read().is_empty())
            empty=("people.log.none", "people.log.none.hint")
        >
            <Table label=t("people.log") heads=HEADS>{move || items.get().into_iter().map(row).collect_view()}</Table>
            <ShowMore rest=rest/>
        </Fetched>
    }
}

fn words(line: &PeopleLogLine) -> String {
    let values = [
        ("name", line.about.as_str()),
        ("role", &role_name(line.change.role)),
    ];
    match line.change.what {
        PeopleStep::Invited => t_with("people.log.invited", &values),
        PeopleStep::InvitedAgain => t_with("people.log.invited_again", &values),
        PeopleStep::InvitationRevoked => t_with("people.log.invitation_revoked", &values),
        PeopleStep::Joined => t_with("people.log.joined", &values),
        PeopleStep::Suspended => t_with("people.log.suspended", &values),
        PeopleStep::Restored => t_with("people.log.restored", &values),
        PeopleStep::Removed => t_with("people.log.removed", &values),
    }
}
