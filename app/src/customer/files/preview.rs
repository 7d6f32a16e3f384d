//! What would come of a file, and which of its lines are wrong.

use crate::{
    components::table::Table,
    locale::{field_text, t, t_count, t_with},
};
use leptos::prelude::*;
use orderline_protocol::{
    customer::{ImportPreview, WrongRow},
    problem::FieldProblem,
};

const HEADS: &[&str] = &["import.row", "import.column", "import.what"];

/// The numbers, the columns that nobody knows, and the wrong lines.
#[component]
pub(super) fn Preview(preview: ImportPreview) -> impl IntoView {
    let numbers = [
        t_count("import.new", preview.new, &[]),
        t_count("import.known", preview.known, &[]),
        t_count("import.wrong", preview.wrong, &[]),
    ];
    let names = preview.unknown.join(", ");
    let unknown = (!names.is_empty()).then(|| t_with("import.unknown", &[("columns", &names)]));
    let told = i64::try_from(preview.rows.len()).unwrap_or(i64::MAX);
    let more = (preview.wrong > told).then(|| t_count("import.more", preview.wrong - told, &[]));
    let rows = preview.rows;
    let table = (!rows.is_empty()).then(|| {
        view! { <Table label=t("import.rows") heads=HEADS>{rows.into_iter().map(lines).collect_view()}</Table> }
    });
    view! {
        <div role="status">
            <ul class="import-numbers">{numbers.map(|it| view! { <li>{it}</li> }).collect_view()}</ul>
        </div>
        {unknown.map(|it| view! { <p class="note">{it}</p> })}
        {table}
        {more.map(|it| view! { <p class="meta">{it}</p> })}
    }
}

/// One line for each field that is wrong.
fn lines(it: WrongRow) -> impl IntoView {
    let row = it.row;
    let line = move |field: FieldProblem| {
        let what = field_text(&field);
        view! {
            <tr>
                <th scope="row">{row}</th>
                <td><code>{field.field}</code></td>
                <td class="wide">{what}</td>
            </tr>
        }
    };
    it.fields.into_iter().map(line).collect_view()
}
