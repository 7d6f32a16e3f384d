//! What a buyer reads before they are recorded: the policy's own words, how long it is kept, with whom the contract is.

use super::words;
use crate::locale::t;
use leptos::prelude::*;
use orderline_protocol::call::RecordingNotice;

/// The wording and what it stands for.
#[component]
pub fn NoticeText(notice: RecordingNotice) -> impl IntoView {
    view! {
        <p class="wording" lang=notice.language>{notice.wording}</p>
        <dl>
            <dt>{t("call.ring.kept")}</dt>
            <dd>{words::kept(notice.kept_days)}</dd>
            <dt>{t("call.ring.partner")}</dt>
            <dd>{notice.contractual_partner}</dd>
        </dl>
    }
}
