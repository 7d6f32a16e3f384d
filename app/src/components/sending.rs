//! A form that sends one thing: whether it is on its way, and what is wrong with it.

use super::field::{Field, FieldKind};
use crate::{
    api::Failure,
    browser,
    locale::{text_above, text_at},
};
use leptos::{prelude::*, task::spawn_local};

/// What a form shows of what it sends.
#[derive(Clone, Copy)]
pub struct Form {
    /// What the ids of the fields begin with, before the fields' own names.
    prefix: &'static str,
    busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
}

impl Form {
    /// Nothing was sent yet; the fields have their own names as ids.
    pub fn new() -> Self {
        Self::of("")
    }

    /// Nothing was sent yet; the fields' ids begin with this.
    pub fn of(prefix: &'static str) -> Self {
        Self {
            prefix,
            busy: RwSignal::new(false),
            failure: RwSignal::new(None),
        }
    }

    /// Sends it, unless it is on its way already; `done` hears what came. Where a field is wrong, that field gets the
    /// keyboard.
    pub fn send<T: 'static>(
        self,
        sending: impl Future<Output = Result<T, Failure>> + 'static,
        done: impl FnOnce(T) + 'static,
    ) {
        self.send_or(sending, done, |_| ());
    }

    /// As [`send`](Self::send); `refused` hears why it did not go.
    pub fn send_or<T: 'static>(
        self,
        sending: impl Future<Output = Result<T, Failure>> + 'static,
        done: impl FnOnce(T) + 'static,
        refused: impl FnOnce(&Failure) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.failure.set(None);
        spawn_local(async move {
            // The page may be gone when the answer comes.
            match sending.await {
                Ok(came) => {
                    self.busy.try_set(false);
                    done(came);
                }
                Err(why) => {
                    if let Failure::Problem(problem) = &why
                        && let Some(first) = problem.fields.first()
                    {
                        browser::focus(&self.id(&first.field));
                    }
                    refused(&why);
                    self.failure.try_set(Some(why));
                    self.busy.try_set(false);
                }
            }
        });
    }

    /// The id of a field.
    pub fn id(self, field: &str) -> String {
        format!("{}{field}", self.prefix)
    }

    /// Whether it is on its way.
    pub fn busy(self) -> Signal<bool> {
        self.busy.into()
    }

    /// What is wrong at a field.
    pub fn at(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.failure.with(|it| text_at(it.as_ref()?, field)))
    }

    /// What stands above the button.
    pub fn above(self) -> Option<String> {
        self.failure.with(|it| text_above(it.as_ref()?))
    }

    /// Why it did not go.
    pub fn failure(self) -> Signal<Option<Failure>> {
        self.failure.into()
    }
}

/// A form's field of this name, with what is wrong at it.
#[component]
pub fn FormField(
    form: Form,
    name: &'static str,
    kind: FieldKind,
    label: String,
    value: RwSignal<String>,
    /// The id of a list of what is often entered here.
    #[prop(optional)]
    list: Option<&'static str>,
) -> impl IntoView {
    view! { <Field id=form.id(name) kind=kind label=label value=value error=form.at(name) list=list/> }
}
