//! Invitations: a new one, and those that wait.

use crate::{
    api, browser,
    components::{
        choice::Choice,
        field::FieldKind,
        more::ShowMore,
        sending::{Form, FormField},
        table::Table,
    },
    load::Load,
    locale::{
        format::{self, Moment},
        role_name, t, t_with,
    },
    paged::{Paged, paged},
};
use leptos::prelude::*;
use orderline_domain::{ids::InvitationId, people::roles::Role};
use orderline_protocol::people::{ChangeInvitation, InvitationStep, InvitationView, Invite};

const HEADS: &[&str] = &[
    "people.name",
    "people.role",
    "people.email",
    "people.holds_until",
    "people.do",
];

/// Somebody is invited.
#[component]
pub fn InviteForm(#[prop(into)] done: Callback<()>) -> impl IntoView {
    let invitation = InvitationId::from_uuid(browser::random_uuid());
    let (name, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let role = RwSignal::new(Role::Seller.name().to_owned());
    let form = Form::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = Invite {
            invitation,
            email: email.get_untracked(),
            name: name.get_untracked(),
            role: Role::from_name(&role.read_untracked()).unwrap_or(Role::Seller),
        };
        form.send(async move { api::invite(&body).await }, move |_| {
            done.run(());
        });
    };
    let options = Role::MEMBERS
        .map(|it| (it.name().to_owned(), role_name(it)))
        .to_vec();
    view! {
        <form class="card panel form" novalidate on:submit=submit>
            <h2>{t("people.invite")}</h2>
            <FormField form=form name="name" kind=FieldKind::Line label=t("people.name") value=name/>
            <FormField form=form name="email" kind=FieldKind::Contact label=t("people.email") value=email/>
            <Choice form=form name="role" label=t("people.role") options=options value=role/>
            <p class="error" role="alert">{move || form.above()}</p>
            <button class="btn primary" type="submit" disabled=form.busy()>{t("people.invite.action")}</button>
        </form>
    }
}

/// Those that nobody has taken yet; nothing where there are none.
#[component]
pub fn Waiting(edits: RwSignal<u32>, changed: Callback<()>) -> impl IntoView {
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(api::invitations);
    Effect::new(move |_| {
        edits.track();
        fetch.run(());
    });
    let form = Form::new();
    let row = move |it: InvitationView| {
        let (invitation, version) = (it.invitation, it.version);
        let step = move |step: InvitationStep| {
            let wish = ChangeInvitation { step, version };
            form.send(
                async move { api::change_invitation(invitation, &wish).await },
                move |()| changed.run(()),
            );
        };
        let until = format::moment(it.expires_at, Moment::DayTime);
        let until = if it.is_over {
            t_with("people.ran_out", &[("when", &until)])
        } else {
            until
        };
        view! {
            <tr>
                <th scope="row">{it.name}</th>
                <td>{role_name(it.role)}</td>
                <td>{it.email}</td>
                <td>{until}</td>
                <td>
                    <button class="btn" disabled=form.busy() on:click=move |_| step(InvitationStep::SendAgain)>{t("people.send_again")}</button>
                    <button class="btn quiet" disabled=form.busy() on:click=move |_| step(InvitationStep::Revoke)>{t("people.revoke")}</button>
                </td>
            </tr>
        }
    };
    view! {
        <Show when=move || load.get() == Load::Ready && !items.read().is_empty()>
            <h2>{t("people.invitations")}</h2>
            <p class="error" role="alert">{move || form.above()}</p>
            <Table label=t("people.invitations") heads=HEADS acts=true>{move || items.get().into_iter().map(row).collect_view()}</Table>
            <ShowMore rest=rest/>
        </Show>
    }
}
