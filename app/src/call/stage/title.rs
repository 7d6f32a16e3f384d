//! The page's title says that somebody calls, for people who look at another tab.

use crate::{
    call::{state::Calls, words},
    locale::t_with,
};
use leptos::prelude::*;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(1);

struct Flashing {
    timer: Option<IntervalHandle>,
    title: String,
}

impl Drop for Flashing {
    fn drop(&mut self) {
        if let Some(timer) = self.timer.take() {
            timer.clear();
        }
        document().set_title(&self.title);
    }
}

/// Flashes as long as a call rings for this person.
pub fn flash(calls: &Calls) {
    let calls = *calls;
    let incoming = calls.incoming();
    let me = calls.workspace.session.user();
    let asked = calls.hand_overs().incoming(me);
    let name = Memo::new(move |_| {
        let name = incoming.with(|call| call.as_ref().map(|call| words::other(call, me).name));
        name.or_else(|| asked.with(|asked| asked.as_ref().map(|it| it.from.name.clone())))
    });
    let flashing = StoredValue::new_local(None::<Flashing>);
    Effect::new(move |_| {
        // The former title comes back before the next one is looked at.
        flashing.set_value(None);
        if let Some(name) = name.get() {
            let title = document().title();
            let calling = t_with("call.ring.title", &[("name", &name)]);
            document().set_title(&calling);
            let plain = title.clone();
            let swap = move || {
                let next = if document().title() == calling {
                    &plain
                } else {
                    &calling
                };
                document().set_title(next);
            };
            let timer = set_interval_with_handle(swap, EVERY).ok();
            flashing.set_value(Some(Flashing { timer, title }));
        }
    });
}
