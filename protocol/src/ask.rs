//! Vendors' public pages, and the questions that are asked there.

use crate::person::Person;
use orderline_domain::{
    ask::question::QuestionData,
    ids::{ProductId, ThreadId, UserId, VendorId},
    money::Money,
};
use serde::{Deserialize, Serialize};

/// `GET /api/pages/{page}`, an id or a slug (`?product=ID`): what a vendor's public page shows. Nobody needs to be
/// signed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorPage {
    pub vendor: VendorId,
    pub vendor_name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_name: Option<String>,
    /// In lines, as it is printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// What the link that was followed asks about, if that is for sale.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ShownProduct>,
    /// Why no question is taken; none: questions are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub takes_none: Option<TakesNone>,
    /// Under which name the reader asks; none: nobody knows them here, and they type one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks_as: Option<String>,
    /// The reader's open thread, into which the question goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<OpenOne>,
}

/// A product as the page names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownProduct {
    pub product: ProductId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
}

/// A thread that goes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenOne {
    pub thread: ThreadId,
    pub title: String,
}

/// Why a vendor takes no questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakesNone {
    Suspended,
    Closed,
    /// Nobody sells there who could answer.
    NobodyAnswers,
}

/// `POST /api/pages/{page}/questions`: asks, and opens a session that sees this thread alone for whoever has none.
/// Answers [`Asked`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AskQuestion {
    /// 64 hexadecimal digits that the page made for this question. Sent again with the same ones it is the same
    /// question; nobody else learns them.
    pub secret: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub product: Option<ProductId>,
    pub question: QuestionData,
}

/// Where the question stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    pub vendor: VendorId,
    pub thread: ThreadId,
}

/// `GET /api/vendor/page`: how the vendor's public page is reached, and who answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageSettings {
    pub vendor: VendorId,
    /// The last part of its address; none: its id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    /// One that could be typed, made from the vendor's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proposed: Option<String>,
    /// The seller who answers new questions; none: whoever has the fewest threads.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<UserId>,
    pub sellers: Vec<Person>,
    pub version: i64,
}

/// `PUT /api/vendor/page`. Answers [`PageSettings`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetPage {
    /// None, or empty: the page is reached by the vendor's id alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub slug: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<UserId>,
    /// The version that was looked at.
    pub version: i64,
}
