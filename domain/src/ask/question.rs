//! A question as it is typed, and as it is taken.

use crate::{
    customer::record::{Customer, CustomerData},
    field::FieldError,
    language::Language,
    text::{MessageText, Title},
};
use serde::{Deserialize, Serialize};

/// Characters of a question that name its thread, where no product does.
pub const TITLE_CHARS: usize = 60;

/// What is typed. Name and address are those of somebody who is not known yet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QuestionData {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Where they would like to be told of answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    pub text: String,
}

/// A question of somebody whom the platform knows.
pub fn by_known(typed: &QuestionData) -> Result<MessageText, FieldError> {
    MessageText::new(&typed.text).map_err(|bad| bad.at("text"))
}

/// A question of somebody whom nobody knows yet, with the record that the vendor will have of them; all complaints at
/// once, in the order of the form.
pub fn by_stranger(
    typed: &QuestionData,
    reads: Language,
) -> Result<(Customer, MessageText), Vec<FieldError>> {
    let record = Customer::new(&CustomerData {
        name: typed.name.clone().unwrap_or_default(),
        email: typed.email.clone(),
        language: reads.tag().to_owned(),
        ..CustomerData::default()
    });
    match (record, by_known(typed)) {
        (Ok(record), Ok(text)) => Ok((record, text)),
        (record, text) => {
            let text = text.err().into_iter();
            Err(text.chain(record.err().unwrap_or_default()).collect())
        }
    }
}

/// What the thread of a question is called: its product, else how it begins, else whoever asks.
pub fn title(text: &MessageText, product: Option<&str>, asker: &str) -> Option<Title> {
    let first = text.as_str().lines().next().unwrap_or_default();
    let mut begins: String = first.chars().take(TITLE_CHARS).collect();
    if begins.chars().count() < first.chars().count() {
        begins.push('…');
    }
    let named = [product.unwrap_or_default(), &begins, asker];
    named.into_iter().find_map(|it| Title::new(it).ok())
}
