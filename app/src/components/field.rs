//! Labelled fields.

use leptos::prelude::*;

/// What is entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// A day and a time of this browser's clock.
    Moment,
    /// A line of words.
    Line,
    /// Several lines.
    Note,
    /// A number that may have decimals, in the reader's notation.
    Number,
    /// Digits of a code that was sent.
    Code,
    /// A phone number.
    Phone,
    /// Somebody else's mail address.
    Contact,
    /// The address that somebody signs in with.
    Email,
    /// The password that somebody signs in with.
    Password,
    /// A password that somebody chooses.
    NewPassword,
}

/// A field with what is wrong at it.
#[component]
pub fn Field(
    id: String,
    kind: FieldKind,
    #[prop(into)] label: String,
    value: RwSignal<String>,
    #[prop(into)] error: Signal<Option<String>>,
    /// The id of a list of what is often entered here.
    #[prop(default = None)]
    list: Option<&'static str>,
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
        FieldKind::Moment
        | FieldKind::Line
        | FieldKind::Number
        | FieldKind::Code
        | FieldKind::Phone
        | FieldKind::Contact
        | FieldKind::Email
        | FieldKind::Password
        | FieldKind::NewPassword => {
            let (kind, mode, complete) = match kind {
                FieldKind::Moment => ("datetime-local", None, "off"),
                FieldKind::Code => ("text", Some("numeric"), "one-time-code"),
                FieldKind::Phone => ("tel", Some("tel"), "off"),
                FieldKind::Contact => ("email", Some("email"), "off"),
                FieldKind::Email => ("email", None, "username"),
                FieldKind::Password => ("password", None, "current-password"),
                FieldKind::NewPassword => ("password", None, "new-password"),
                FieldKind::Number => ("text", Some("decimal"), "off"),
                FieldKind::Line | FieldKind::Note => ("text", None, "off"),
            };
            view! {
                <input
                    id=id.clone()
                    type=kind
                    inputmode=mode
                    autocomplete=complete
                    list=list
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

/// A line of words to somebody, of so many characters at the most.
#[component]
pub fn Words(label: String, most: usize, value: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="field">
            <span>{label}</span>
            <input
                maxlength=most.to_string()
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
        </label>
    }
}

/// What was written in a field; `None` where that is nothing.
pub fn written(value: RwSignal<String>) -> Option<String> {
    let text = value.get_untracked().trim().to_owned();
    (!text.is_empty()).then_some(text)
}
