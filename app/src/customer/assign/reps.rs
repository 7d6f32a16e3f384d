//! The people to whom customers can be assigned.

use crate::{
    components::choice::Options,
    locale::{t, t_with},
};
use orderline_domain::{customer::assigned::AssignedTo, ids::UserId};
use orderline_protocol::customer::RepView;

/// Nobody, then everybody who sells now.
pub(super) fn to_choose(reps: &[RepView]) -> Options {
    let active = reps.iter().filter(|it| it.is_active);
    let named = active.map(|it| (it.rep.user.to_string(), it.rep.name.clone()));
    nobody().chain(named).collect()
}

/// Those by whom a list can be narrowed: who has customers without selling any more is among them.
pub(super) fn to_narrow(reps: &[RepView]) -> Options {
    let named = reps.iter().map(|it| {
        let name = it.rep.name.as_str();
        let words = if it.is_active {
            name.to_owned()
        } else {
            t_with("rep.gone", &[("name", name)])
        };
        (it.rep.user.to_string(), words)
    });
    let all = std::iter::once((String::new(), t("rep.all")));
    all.chain(nobody()).chain(named).collect()
}

fn nobody() -> impl Iterator<Item = (String, String)> {
    std::iter::once((AssignedTo::Nobody.to_string(), t("rep.nobody")))
}

/// Who was chosen; none: nobody.
pub(super) fn chosen(value: &str) -> Option<UserId> {
    match value.parse() {
        Ok(AssignedTo::Rep(rep)) => Some(rep),
        _ => None,
    }
}
