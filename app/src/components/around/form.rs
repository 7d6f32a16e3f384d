//! A labelled field with what is wrong at it.

use leptos::prelude::*;

/// What is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A day and a time of this browser's clock.
    Moment,
    /// Several lines.
    Note,
    Text,
    /// Digits of a code that was sent.
    Code,
}

/// The field.
#[component]
pub fn Field(
    id: String,
    kind: FieldKind,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    let note = format!("{id}-error");
    let said = note.clone();
    let wrong = move || error.read().is_some().then_some("true");
    let input = move |event: leptos::ev::Event| value.set(event_target_value(&event));
    let field = match kind {
        FieldKind::Note => view! {
            <textarea
                id=id.clone()
                rows="3"
                aria-describedby=said
                aria-invalid=wrong
                prop:value=value
                on:input=input
            ></textarea>
        }
        .into_any(),
        FieldKind::Moment | FieldKind::Text | FieldKind::Code => {
            let (kind, mode, complete) = match kind {
                FieldKind::Moment => ("datetime-local", None, "off"),
                FieldKind::Code => ("text", Some("numeric"), "one-time-code"),
                FieldKind::Text | FieldKind::Note => ("text", None, "off"),
            };
            view! {
                <input
                    id=id.clone()
                    type=kind
                    inputmode=mode
                    autocomplete=complete
                    aria-describedby=said
                    aria-invalid=wrong
                    prop:value=value
                    on:input=input
                />
            }
            .into_any()
        }
    };
    view! {
        <label class="field" for=id>
            <span>{label}</span>
            {field}
            <small id=note class="error">{move || error.get()}</small>
        </label>
    }
}
