//! A field of the offer's form: its label, what was typed, and what is wrong with it.

use super::{
    state::{OfferState, Offers},
    words,
};
use crate::{locale::t, thread::state::workspace::Workspace};
use leptos::prelude::*;
use orderline_domain::{ids::ThreadId, offer::Draft, vendor::function::Function};
use orderline_protocol::problem::FieldProblem;
use std::collections::BTreeSet;

/// What the fields share. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Form {
    // Behind a handle: the form is passed on by value everywhere.
    offers: StoredValue<Offers>,
    pub thread: ThreadId,
    pub state: RwSignal<OfferState>,
    /// Everything that is wrong now, by the rule that the server uses, and what the server itself said last.
    errors: Memo<Vec<FieldProblem>>,
    /// Fields that were left once; what is wrong in others is not said yet.
    left: RwSignal<BTreeSet<&'static str>>,
    /// The whole form was tried: everything that is wrong is said.
    tried: RwSignal<bool>,
    /// Amount, payments and interval are the plan's: the vendor's sellers change none of them.
    by_list: Memo<bool>,
}

impl Form {
    /// The form of a thread's offer.
    pub fn new(offers: &Offers, thread: ThreadId) -> Self {
        let state = offers.of_thread(thread);
        let computed = offers.computed(thread);
        let errors = Memo::new(move |_| {
            let mut errors: Vec<FieldProblem> = computed
                .with(|it| {
                    it.as_ref()
                        .err()
                        .map(|it| it.iter().map(FieldProblem::from).collect())
                })
                .unwrap_or_default();
            state.with(|state| {
                if let Some(problem) = &state.problem {
                    errors.extend(problem.fields.iter().cloned());
                }
            });
            errors
        });
        let manual = Workspace::here().can_use(thread, Function::ManualPrice);
        Self {
            by_list: Memo::new(move |_| !manual.get()),
            offers: StoredValue::new(*offers),
            thread,
            state,
            errors,
            left: RwSignal::new(BTreeSet::new()),
            tried: RwSignal::new(false),
        }
    }

    /// The store behind the form.
    pub fn offers(self) -> Offers {
        self.offers.get_value()
    }

    /// Changes the draft.
    pub fn edit(self, change: impl FnOnce(Draft) -> Draft) {
        self.offers().edit(self.thread, change);
    }

    /// Whether the form cannot be changed: somebody else edits it, or the order exists.
    pub fn locked(self) -> bool {
        self.state
            .with(|state| state.refused_by.is_some() || state.order.is_some())
    }

    /// Whether amount, payments and interval are the plan's.
    pub fn is_by_list(self) -> bool {
        self.by_list.get()
    }

    /// Whether this field cannot be changed.
    fn is_fixed(self, field: &str) -> bool {
        self.locked() || self.by_list.get() && matches!(field, "amount" | "payments" | "interval")
    }

    /// From now on everything that is wrong is said.
    pub fn try_all(self) {
        self.tried.set(true);
    }

    /// A new product starts the payment details anew: nothing is wrong in them yet.
    pub fn forgive(self) {
        self.tried.set(false);
        self.left.update(BTreeSet::clear);
    }

    /// The first field with a complaint.
    pub fn first_wrong(self) -> Option<String> {
        self.errors
            .with(|errors| errors.first().map(|error| error.field.clone()))
    }

    /// Whether a field is fine, said or not.
    pub fn is_fine(self, prefix: &str) -> bool {
        self.errors
            .with(|errors| errors.iter().all(|error| !error.field.starts_with(prefix)))
    }

    /// What is wrong at a field, once it may be said.
    pub fn complaint(self, field: &'static str) -> Option<String> {
        if !self.tried.get() && self.left.with(|left| !left.contains(field)) {
            return None;
        }
        self.errors.with(|errors| {
            errors
                .iter()
                .find(|error| error.field == field)
                .map(words::complaint)
        })
    }

    /// The field was left.
    pub fn leave(self, field: &'static str) {
        if self.left.with_untracked(|left| !left.contains(field)) {
            self.left.update(|left| {
                left.insert(field);
            });
        }
    }
}

/// The id of a field's element.
pub fn id(field: &str) -> String {
    format!("offer-{}", field.replace('.', "-"))
}

/// How a text field behaves.
#[derive(Clone, Copy)]
pub struct Kind {
    /// `type` of the input.
    pub input: &'static str,
    /// `inputmode`: which keyboard a phone shows.
    pub mode: &'static str,
    pub most: u32,
}

impl Kind {
    pub const TEXT: Self = Self {
        input: "text",
        mode: "text",
        most: 200,
    };
    pub const AMOUNT: Self = Self {
        input: "text",
        mode: "decimal",
        most: 24,
    };
    pub const COUNT: Self = Self {
        input: "text",
        mode: "numeric",
        most: 4,
    };
    pub const DAY: Self = Self {
        input: "date",
        mode: "none",
        most: 10,
    };
    pub const EMAIL: Self = Self {
        input: "email",
        mode: "email",
        most: 254,
    };
    pub const PHONE: Self = Self {
        input: "tel",
        mode: "tel",
        most: 40,
    };
}

/// A field that is typed. One that is `absent` is not asked for now.
#[component]
pub fn TextField(
    form: Form,
    field: &'static str,
    #[prop(into)] label: Signal<String>,
    #[prop(default = Kind::TEXT)] kind: Kind,
    get: fn(&Draft) -> String,
    set: fn(&mut Draft, String),
    #[prop(optional, into)] optional: Signal<bool>,
    #[prop(optional, into)] absent: Signal<bool>,
    #[prop(optional)] note: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let value = Memo::new(move |_| form.state.with(|state| get(&state.draft)));
    let typed = move |event| {
        let text = event_target_value(&event);
        form.edit(|mut draft| {
            set(&mut draft, text);
            draft
        });
    };
    view! {
        <Labelled form=form field=field label=label optional=optional absent=absent note=note>
            <input
                id=id(field)
                type=kind.input
                inputmode=kind.mode
                maxlength=kind.most.to_string()
                autocomplete="off"
                aria-required=move || (!optional.get()).to_string()
                aria-invalid=move || form.complaint(field).is_some().to_string()
                aria-describedby=format!("{}-error", id(field))
                disabled=move || form.is_fixed(field)
                prop:value=value
                on:input=typed
                on:change=move |_| form.leave(field)
            />
        </Labelled>
    }
}

/// A field that is chosen from a list; `options` are value, text and whether it can be chosen.
#[component]
pub fn ChoiceField(
    form: Form,
    field: &'static str,
    #[prop(into)] label: Signal<String>,
    #[prop(into)] options: Signal<Vec<(String, String, bool)>>,
    get: fn(&Draft) -> String,
    #[prop(into)] choose: Callback<String>,
) -> impl IntoView {
    let value = Memo::new(move |_| form.state.with(|state| get(&state.draft)));
    let chosen = move |event| {
        choose.run(event_target_value(&event));
        form.leave(field);
    };
    view! {
        <Labelled form=form field=field label=label>
            <select
                id=id(field)
                aria-invalid=move || form.complaint(field).is_some().to_string()
                aria-describedby=format!("{}-error", id(field))
                disabled=move || form.is_fixed(field)
                on:change=chosen
            >
                <option value="" selected=move || value.get().is_empty()>{t("offer.choose")}</option>
                {move || {
                    options
                        .get()
                        .into_iter()
                        .map(|(key, text, can)| {
                            let own = key.clone();
                            view! {
                                <option value=key disabled=!can prop:selected=move || value.get() == own>{text}</option>
                            }
                        })
                        .collect_view()
                }}
            </select>
        </Labelled>
    }
}

/// Label above, complaint below.
#[component]
fn Labelled(
    form: Form,
    field: &'static str,
    #[prop(into)] label: Signal<String>,
    #[prop(optional)] optional: Signal<bool>,
    #[prop(optional)] absent: Signal<bool>,
    #[prop(default = None)] note: Option<Signal<Option<String>>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field" hidden=absent>
            <label for=id(field)>
                {move || label.get()}
                <span class="optional" hidden=move || !optional.get()>" " {t("offer.optional")}</span>
            </label>
            {children()}
            {note.map(|note| view! { <p class="meta" role="status">{move || note.get()}</p> })}
            <p class="error" id=format!("{}-error", id(field)) role="status">{move || form.complaint(field)}</p>
        </div>
    }
}
