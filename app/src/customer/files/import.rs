//! Customers come in from a file: chosen, looked at, taken in.

use super::preview::Preview;
use crate::{
    api, browser,
    components::{bar::Go, sending::Form},
    locale::{t, t_count, t_with},
    route::Route,
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{
    customer::sheet::{Column, MAX_FILE_BYTES, MAX_ROWS},
    ids::CustomerImportId,
};
use orderline_protocol::customer::{CustomersImported, ImportCustomers, ImportFile, ImportPreview};
use web_sys::HtmlInputElement;

/// What is going on with the file. Cheap to copy.
#[derive(Clone, Copy)]
struct Import {
    file: RwSignal<String>,
    preview: RwSignal<Option<ImportPreview>>,
    came: RwSignal<Option<CustomersImported>>,
    /// More bytes than are read, or nothing that can be.
    is_too_large: RwSignal<bool>,
    form: Form,
}

impl Import {
    fn look(self, field: HtmlInputElement) {
        self.preview.set(None);
        self.came.set(None);
        spawn_local(async move {
            let text = browser::chosen_text(field, MAX_FILE_BYTES).await;
            self.is_too_large.try_set(text.is_none());
            let Some(csv) = text else {
                return;
            };
            self.file.try_set(csv.clone());
            self.form.send(
                async move { api::customer::look_at_import(&ImportFile { csv }).await },
                move |preview| {
                    self.preview.try_set(Some(preview));
                },
            );
        });
    }

    fn take(self, import: CustomerImportId) {
        let wish = ImportCustomers {
            import,
            csv: self.file.get_untracked(),
        };
        self.form.send(
            async move { api::customer::import(&wish).await },
            move |came| {
                self.preview.try_set(None);
                self.came.try_set(Some(came));
            },
        );
    }
}

/// The page.
#[component]
pub fn ImportPage() -> impl IntoView {
    let import = Import {
        file: RwSignal::new(String::new()),
        preview: RwSignal::new(None),
        came: RwSignal::new(None),
        is_too_large: RwSignal::new(false),
        form: Form::of("import-"),
    };
    let all = || Route::Customers {
        query: String::new(),
    };
    view! {
        <main class="desk">
            <p class="crumbs"><Go to=all() class="">{t("customers.title")}</Go></p>
            <h1>{t("import.title")}</h1>
            <section class="card panel import" aria-labelledby="import-file-title">
                <h2 id="import-file-title">{t("import.choose")}</h2>
                <ChooseFile import=import/>
                {move || import.preview.get().map(|preview| view! { <Taking import=import preview=preview/> })}
                <p role="status">{move || import.came.get().map(words)}</p>
                <Show when=move || import.came.read().is_some()>
                    <p><Go to=all() class="btn">{t("import.back")}</Go></p>
                </Show>
            </section>
        </main>
    }
}

#[component]
fn ChooseFile(import: Import) -> impl IntoView {
    let form = import.form;
    let (at_file, at_name) = (form.at("file"), form.at("name"));
    let wrong = move || {
        if import.is_too_large.get() {
            return Some(t("import.too_large"));
        }
        let nameless = at_name.get().map(|_| t("import.no_name"));
        nameless.or_else(|| at_file.get()).or_else(|| form.above())
    };
    let is_wrong = Memo::new(move |_| wrong().is_some());
    let columns = Column::ALL.map(Column::name).join(", ");
    let rows = MAX_ROWS.to_string();
    view! {
        <div class="field">
            <label for="import-file">{t("import.file")}</label>
            <input
                id="import-file"
                type="file"
                accept=".csv,text/csv"
                aria-describedby="import-file-hint import-file-error"
                aria-invalid=move || is_wrong.get().then_some("true")
                on:change=move |event| import.look(event_target::<HtmlInputElement>(&event))
            />
            <p class="meta" id="import-file-hint">{t_with("import.hint", &[("columns", &columns), ("rows", &rows)])}</p>
            <p class="error" id="import-file-error" role="alert">{wrong}</p>
        </div>
    }
}

/// What would come of the file, and the button.
#[component]
fn Taking(import: Import, preview: ImportPreview) -> impl IntoView {
    // The same however often it is sent.
    let id = CustomerImportId::from_uuid(browser::random_uuid());
    let new = preview.new;
    let action = t_count("import.action", new, &[]);
    view! {
        <Preview preview=preview/>
        <div class="row">
            <button class="btn primary" disabled=move || import.form.busy().get() || new == 0 on:click=move |_| import.take(id)>{action}</button>
        </div>
    }
}

fn words(came: CustomersImported) -> String {
    [
        t_count("import.added", came.added, &[]),
        t_count("import.known", came.known, &[]),
        t_count("import.wrong", came.wrong, &[]),
    ]
    .join(" ")
}
