//! Problems in the person's words. Their keys are made of the server's codes, so no key stands in the code: every app
//! gets the texts of both topics whole (`BY_CODE` of `xtask/src/app/texts.rs`).

use super::{TEXTS, t};
use crate::api::Failure;
use orderline_protocol::problem::{Code, FieldProblem, Problem};

/// What a failed request means for the person who asked.
pub fn problem_text(failure: &Failure) -> String {
    match failure {
        Failure::Offline => t("failure.offline"),
        Failure::Unreadable => t("failure.unreadable"),
        Failure::Problem(problem) => of_problem(problem),
    }
}

fn of_problem(problem: &Problem) -> String {
    let key = format!("problem.{}", code_name(problem));
    let values: Vec<(&str, &str)> = problem
        .params
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut text = TEXTS.with_borrow(|texts| {
        if texts.has(&key) {
            texts.text(&key, &values)
        } else {
            problem.title.clone()
        }
    });
    if let Some(reference) = &problem.reference {
        text.push(' ');
        text.push_str(&super::t_with(
            "failure.reference",
            &[("reference", reference)],
        ));
    }
    text
}

/// What is wrong at a field.
pub fn field_text(problem: &FieldProblem) -> String {
    let key = format!("field_error.{}", problem.code);
    let values: Vec<(&str, &str)> = problem
        .params
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    TEXTS.with_borrow(|texts| {
        if texts.has(&key) {
            texts.text(&key, &values)
        } else {
            texts.text("field_error.other", &values)
        }
    })
}

/// What a failure says at one field of its form.
pub fn text_at(failure: &Failure, field: &str) -> Option<String> {
    let Failure::Problem(problem) = failure else {
        return None;
    };
    let at_field = problem.fields.iter().find(|it| it.field == field);
    at_field.map(field_text)
}

/// What a failure says above its form's button: nothing where it stands at the fields.
pub fn text_above(failure: &Failure) -> Option<String> {
    (failure.code() != Some(Code::Invalid)).then(|| problem_text(failure))
}

/// What a problem says about one of these fields, or about the whole when `fields` is empty.
pub fn said(problem: Option<&Problem>, fields: &[&str]) -> Option<String> {
    let problem = problem?;
    if fields.is_empty() {
        return problem
            .fields
            .is_empty()
            .then(|| problem_text(&Failure::Problem(problem.clone())));
    }
    problem
        .fields
        .iter()
        .find(|it| fields.contains(&it.field.as_str()))
        .map(field_text)
}

/// The code as it stands on the wire.
fn code_name(problem: &Problem) -> String {
    serde_json::to_value(problem.code)
        .ok()
        .and_then(|v| v.as_str().map(str::to_owned))
        .unwrap_or_default()
}
