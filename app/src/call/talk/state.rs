//! What the other side decided about the recording: said once, until it is put away or the next thing happens.

use crate::call::engine::machine::Shown;
use leptos::prelude::*;
use orderline_protocol::{call::ModeView, socket::TalkStep};

/// What the other side did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TalkNews {
    /// The buyer does not want to be recorded.
    Refused,
    /// The buyer took the consent back.
    StoppedByBuyer,
    /// The seller ended the contract talk.
    Over,
    /// The seller took the question back.
    Withdrawn,
}

/// Where the talk stood, and whose call it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    Private,
    Asked,
    Recorded,
}

fn stand(mode: ModeView) -> Stand {
    match mode {
        ModeView::Private => Stand::Private,
        ModeView::Asked { .. } => Stand::Asked,
        ModeView::Recorded { .. } => Stand::Recorded,
    }
}

/// Tells apart what this side did from what the other side did. Cheap to copy.
#[derive(Clone, Copy)]
pub struct Talk {
    pub news: RwSignal<Option<(TalkNews, String)>>,
    /// This side itself ended the question or the recording.
    own: StoredValue<bool>,
}

impl Default for Talk {
    fn default() -> Self {
        Self::new()
    }
}

impl Talk {
    pub fn new() -> Self {
        Self {
            news: RwSignal::new(None),
            own: StoredValue::new(false),
        }
    }

    /// This side takes a step.
    pub fn took(self, step: &TalkStep) {
        let ends = match step {
            TalkStep::Withdraw | TalkStep::Refuse | TalkStep::Stop => true,
            TalkStep::Ask | TalkStep::Accept { .. } => false,
        };
        self.own.set_value(ends);
        self.news.set(None);
    }

    /// Watches this tab's call from now on.
    pub fn watch(self, mine: Memo<Option<Shown>>, seller: bool) {
        let stood = Memo::new(move |_| {
            mine.with(|mine| {
                let call = &mine.as_ref()?.call;
                let other = if seller { call.buyer() } else { call.seller() };
                // While it rings nobody has decided anything.
                call.started_at?;
                Some((call.call, stand(call.mode), other.name.clone()))
            })
        });
        Effect::new(move |before: Option<Option<_>>| {
            let now = stood.get();
            let news = match (before.flatten(), &now) {
                (Some((call, before, _)), Some((same, after, name))) if call == *same => {
                    changed(before, *after, seller).map(|news| (news, name.clone()))
                }
                _ => None,
            };
            let own = self.own.get_value();
            if now.is_none() {
                self.news.set(None);
            } else if let Some(news) = news {
                self.own.set_value(false);
                if !own {
                    self.news.set(Some(news));
                }
            }
            now
        });
    }
}

/// What it means for this side that the other one changed the call's mode.
fn changed(before: Stand, after: Stand, seller: bool) -> Option<TalkNews> {
    match (before, after, seller) {
        (Stand::Asked, Stand::Private, true) => Some(TalkNews::Refused),
        (Stand::Asked, Stand::Private, false) => Some(TalkNews::Withdrawn),
        (Stand::Recorded, Stand::Private, true) => Some(TalkNews::StoppedByBuyer),
        (Stand::Recorded, Stand::Private, false) => Some(TalkNews::Over),
        _ => None,
    }
}
