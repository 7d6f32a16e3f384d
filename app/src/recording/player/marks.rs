//! The thread's events as points on the recording: a table, each row plays from there (X4).

use super::DeckHandle;
use crate::{
    components::table::Table,
    locale::{
        format::{self, Moment},
        t, t_with,
    },
    wording,
};
use leptos::prelude::*;
use orderline_protocol::{
    person::Person,
    recording::{MarkView, PlayView},
};

const HEADS: &[&str] = &["marks.time", "marks.position", "marks.event", "player.play"];

/// The marks of a recording. `people` name the authors.
#[component]
pub fn Marks(play: StoredValue<PlayView>, people: Vec<Person>, deck: DeckHandle) -> impl IntoView {
    let line = move |mark: MarkView| {
        let notice = wording::notice(&mark.event, &people);
        let at = mark.at_ms;
        let position = format::duration(at);
        let label = t_with("marks.play_from", &[("position", &position)]);
        view! {
            <tr>
                <td>{format::moment(mark.event.at, Moment::Clock)}</td>
                <td>{position}</td>
                <td class="wide">{notice.what} {notice.more.map(|more| view! { <span class="meta">" " {more}</span> })}</td>
                <td>
                    <button class="btn quiet" aria-label=label on:click=move |_| deck.play_from(at)>
                        {t("player.play")}
                    </button>
                </td>
            </tr>
        }
    };
    let rows = play
        .with_value(|play| play.marks.clone())
        .into_iter()
        .map(line)
        .collect_view();
    view! {
        <Table label=t("marks.title") heads=HEADS acts=true>{rows}</Table>
    }
}
