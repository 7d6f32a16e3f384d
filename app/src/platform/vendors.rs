//! The platform's vendors: the list, a new one, and the invitation of a vendor's first admin.

use crate::{
    api, browser,
    components::{
        bar::Go,
        choice::{Choice, countries},
        field::FieldKind,
        more::ShowMore,
        sending::{Form, FormField},
        table::{Fetched, Table},
    },
    locale::{
        country,
        format::{self, Moment},
        t, t_with, zone,
    },
    paged::{Paged, paged},
    route::Route,
    steps::PlatformSteps,
};
use leptos::prelude::*;
use orderline_domain::{
    ids::{InvitationId, VendorId},
    people::roles::Role,
    vendor::{ProposedVendor, state::Shut},
};
use orderline_protocol::{
    people::Invite,
    platform::{MakeVendor, VendorView},
};

const HEADS: &[&str] = &[
    "vendors.name",
    "vendors.country",
    "vendors.currency",
    "vendors.time_zone",
    "vendors.since",
    "vendors.state",
    "vendors.do",
];

/// The list, below it the form for a new one.
#[component]
pub fn VendorsPage() -> impl IntoView {
    let Paged {
        load,
        items,
        rest,
        fetch,
    } = paged(api::vendors);
    fetch.run(());
    let inviting = RwSignal::new(None::<(VendorId, String)>);
    let making = RwSignal::new(false);
    // What is still missing is asked anew with each vendor more.
    let made = Memo::new(move |_| items.read().len());
    let row = move |it: VendorView| {
        let invite = (it.vendor, it.name.clone());
        view! {
            <tr>
                <th scope="row"><Go to=Route::Vendor(it.vendor) class="">{it.name}</Go></th>
                <td>{country::name(&it.country)}</td>
                <td>{it.currency}</td>
                <td>{it.time_zone}</td>
                <td>{format::moment(it.created_at, Moment::Day)}</td>
                <td>{state(it.shut)}</td>
                <td>
                    <button class="btn" on:click=move |_| inviting.set(Some(invite.clone()))>{t("vendors.invite")}</button>
                </td>
            </tr>
        }
    };
    view! {
        <main class="desk">
            <div class="row wrap">
                <h1 class="grow">{t("vendors.title")}</h1>
                <button class="btn primary" aria-expanded=move || making.get().to_string() on:click=move |_| making.update(|it| *it = !*it)>
                    {t("vendors.new")}
                </button>
            </div>
            {move || { made.get(); view! { <PlatformSteps/> } }}
            <Show when=move || making.get()>
                <NewVendor done=move |made: VendorView| {
                    making.set(false);
                    inviting.set(Some((made.vendor, made.name)));
                    fetch.run(());
                }/>
            </Show>
            {move || inviting.get().map(|(vendor, name)| view! { <InviteAdmin vendor=vendor name=name done=move |()| inviting.set(None)/> })}
            <Fetched
                load=load
                retry=move |()| fetch.run(())
                lines=4
                is_empty=Signal::derive(move || items.read().is_empty())
                empty=("vendors.none", "vendors.none.hint")
            >
                <Table label=t("vendors.title") heads=HEADS acts=true>{move || items.get().into_iter().map(row).collect_view()}</Table>
                <ShowMore rest=rest/>
            </Fetched>
        </main>
    }
}

fn state(shut: Option<Shut>) -> AnyView {
    let (class, words) = match shut {
        None => ("pill private", "vendors.open"),
        Some(Shut::Suspended) => ("pill warn", "vendors.suspended"),
        Some(Shut::Closed) => ("pill warn", "vendors.closed"),
    };
    view! { <span class=class>{t(words)}</span> }.into_any()
}

#[component]
fn NewVendor(#[prop(into)] done: Callback<VendorView>) -> impl IntoView {
    let vendor = VendorId::from_uuid(browser::random_uuid());
    let text = || RwSignal::new(String::new());
    let (name, country, currency) = (text(), text(), text());
    let time_zone = RwSignal::new(zone::own().unwrap_or_default());
    let form = Form::new();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = MakeVendor {
            vendor,
            data: ProposedVendor {
                name: name.get_untracked(),
                currency: currency.get_untracked(),
                country: country.get_untracked(),
                time_zone: time_zone.get_untracked(),
            },
        };
        form.send(async move { api::make_vendor(&body).await }, move |made| {
            done.run(made);
        });
    };
    view! {
        <form class="card panel form" novalidate on:submit=submit>
            <h2>{t("vendors.new")}</h2>
            <FormField form=form name="name" kind=FieldKind::Line label=t("vendors.name") value=name/>
            <Choice form=form name="country" label=t("vendors.country") options=countries(t("field.choose")) value=country/>
            <FormField form=form name="currency" kind=FieldKind::Line label=t("vendors.currency.field") value=currency/>
            <FormField form=form name="time_zone" kind=FieldKind::Line label=t("vendors.time_zone.field") value=time_zone/>
            <p class="error" role="alert">{move || form.above()}</p>
            <button class="btn primary" type="submit" disabled=form.busy()>{t("vendors.make")}</button>
        </form>
    }
}

/// The vendor's first admin is invited here; the admin invites the others.
#[component]
fn InviteAdmin(vendor: VendorId, name: String, #[prop(into)] done: Callback<()>) -> impl IntoView {
    let invitation = InvitationId::from_uuid(browser::random_uuid());
    let (person, email) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let form = Form::new();
    let sent = RwSignal::new(None::<String>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = Invite {
            invitation,
            email: email.get_untracked(),
            name: person.get_untracked(),
            role: Role::Admin,
        };
        form.send(
            async move { api::invite_to_vendor(vendor, &body).await },
            move |it| {
                sent.try_set(Some(it.email));
            },
        );
    };
    view! {
        <section class="card panel form" aria-labelledby="invite-admin">
            <h2 id="invite-admin">{t_with("vendors.invite.title", &[("vendor", &name)])}</h2>
            {move || match sent.get() {
                Some(email) => {
                    view! {
                        <p role="status">{t_with("people.invited", &[("email", &email)])}</p>
                        <button class="btn" on:click=move |_| done.run(())>{t("people.close")}</button>
                    }
                        .into_any()
                }
                None => {
                    view! {
                        <form class="form" novalidate on:submit=submit>
                            <FormField form=form name="name" kind=FieldKind::Line label=t("people.name") value=person/>
                            <FormField form=form name="email" kind=FieldKind::Contact label=t("people.email") value=email/>
                            <p class="error" role="alert">{move || form.above()}</p>
                            <div class="row wrap">
                                <button class="btn primary" type="submit" disabled=form.busy()>{t("people.invite.action")}</button>
                                <button class="btn quiet" type="button" on:click=move |_| done.run(())>{t("people.close")}</button>
                            </div>
                        </form>
                    }
                        .into_any()
                }
            }}
        </section>
    }
}
