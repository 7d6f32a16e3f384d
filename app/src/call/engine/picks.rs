//! Which microphone, camera and speaker there are, which of them a person picked, and what it means when one comes
//! or goes. Pure, but for the few lines that remember the picks for this browser.

use crate::json;
use serde::{Deserialize, Serialize};

const KEY: &str = "orderline.devices";
/// Devices that are looked at; a computer has a handful.
pub const MAX_DEVICES: usize = 64;
/// Chromium's names for "whatever the system uses".
const STANDING_FOR_OTHERS: [&str; 2] = ["default", "communications"];

/// What a device is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Microphone,
    Camera,
    Speaker,
}

/// A device as the browser lists it. Its label is empty until the person has allowed one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub kind: Kind,
    pub id: String,
    pub label: String,
    /// The same for the parts of one thing, such as a headset.
    pub group: String,
}

impl Device {
    /// Whether this is a thing of its own, not the system's choice among others.
    fn is_real(&self) -> bool {
        !self.label.is_empty() && !STANDING_FOR_OTHERS.contains(&self.id.as_str())
    }

    fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.id == other.id && self.label == other.label
    }
}

/// One device that a person picked. Browsers change the ids when site data is cleared; the label stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pick {
    pub id: String,
    pub label: String,
}

/// What a person picked; nothing means the system's choice.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picks {
    #[serde(default)]
    microphone: Option<Pick>,
    #[serde(default)]
    camera: Option<Pick>,
    #[serde(default)]
    speaker: Option<Pick>,
}

impl Picks {
    /// What was picked for this.
    pub const fn of(&self, kind: Kind) -> Option<&Pick> {
        match kind {
            Kind::Microphone => self.microphone.as_ref(),
            Kind::Camera => self.camera.as_ref(),
            Kind::Speaker => self.speaker.as_ref(),
        }
    }

    /// Picks a device, or goes back to the system's choice.
    pub fn set(&mut self, kind: Kind, pick: Option<Pick>) {
        let slot = match kind {
            Kind::Microphone => &mut self.microphone,
            Kind::Camera => &mut self.camera,
            Kind::Speaker => &mut self.speaker,
        };
        *slot = pick;
    }

    /// The picked device among those that are there: by its id, else by its label.
    pub fn found<'a>(&self, kind: Kind, there: &'a [Device]) -> Option<&'a Device> {
        let pick = self.of(kind)?;
        let of_kind = || there.iter().filter(|it| it.kind == kind);
        of_kind().find(|it| it.id == pick.id).or_else(|| {
            of_kind().find(|it| !pick.label.is_empty() && it.is_real() && it.label == pick.label)
        })
    }

    /// The id to ask the browser for.
    pub fn id(&self, kind: Kind, there: &[Device]) -> Option<String> {
        self.found(kind, there)
            .map(|device| device.id.clone())
            .or_else(|| self.of(kind).map(|pick| pick.id.clone()))
    }

    fn is_pick(&self, device: &Device) -> bool {
        self.of(device.kind)
            .is_some_and(|pick| pick.id == device.id || pick.label == device.label)
    }

    /// What this browser remembers.
    pub fn remembered() -> Self {
        storage()
            .and_then(|storage| storage.get_item(KEY).ok().flatten())
            .and_then(|json| json::read(&json).ok())
            .unwrap_or_default()
    }

    /// Remembers it. Where the browser gives no storage, the picks live as long as the page.
    pub fn remember(&self) {
        if let (Some(storage), Ok(json)) = (storage(), serde_json::to_string(self)) {
            let _ = storage.set_item(KEY, &json);
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// What is to be done after devices came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reaction {
    /// A device that was picked is back: it is used again.
    Use(Device),
    /// Something new to speak or listen with: whether to use it is the person's choice.
    Offer {
        label: String,
        microphone: Option<Device>,
        speaker: Option<Device>,
    },
    /// The picked speaker is gone: the system's choice takes over.
    SpeakerGone { label: String },
}

/// What came and went between two lists, as far as a call is concerned. A microphone or camera that is in use and
/// goes ends its track, which says more than the list; it is not looked at here.
pub fn reactions(before: &[Device], after: &[Device], picks: &Picks) -> Vec<Reaction> {
    // Without labels the first list says nothing about what is new.
    if !before.iter().any(Device::is_real) {
        return Vec::new();
    }
    let new: Vec<&Device> = after
        .iter()
        .take(MAX_DEVICES)
        .filter(|it| it.is_real() && !before.iter().any(|old| old.is_same(it)))
        .collect();
    let mut out: Vec<Reaction> = before
        .iter()
        .filter(|old| {
            old.kind == Kind::Speaker
                && old.is_real()
                && picks.is_pick(old)
                && !after.iter().any(|it| it.is_same(old))
        })
        .map(|old| Reaction::SpeakerGone {
            label: old.label.clone(),
        })
        .collect();
    let (back, fresh): (Vec<&Device>, Vec<&Device>) =
        new.into_iter().partition(|it| picks.is_pick(it));
    out.extend(back.iter().map(|it| Reaction::Use((*it).clone())));
    let of = |kind| {
        fresh
            .iter()
            .find(|it| it.kind == kind && !back.iter().any(|known| known.kind == kind))
            .copied()
    };
    let microphone = of(Kind::Microphone);
    // The speaker of the same thing, or one that came alone.
    let speaker =
        of(Kind::Speaker).filter(|speaker| microphone.is_none_or(|it| it.group == speaker.group));
    if let Some(named) = microphone.or(speaker) {
        out.push(Reaction::Offer {
            label: named.label.clone(),
            microphone: microphone.cloned(),
            speaker: speaker.cloned(),
        });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(kind: Kind, id: &str, label: &str, group: &str) -> Device {
        Device {
            kind,
            id: id.to_owned(),
            label: label.to_owned(),
            group: group.to_owned(),
        }
    }

    fn laptop() -> Vec<Device> {
        vec![
            device(Kind::Microphone, "default", "Default - Built-in", "g1"),
            device(Kind::Microphone, "m1", "Built-in", "g1"),
            device(Kind::Speaker, "s1", "Built-in", "g1"),
        ]
    }

    fn with_headset() -> Vec<Device> {
        let mut list = laptop();
        list.push(device(Kind::Microphone, "m2", "Headset", "g2"));
        list.push(device(Kind::Speaker, "s2", "Headset", "g2"));
        list
    }

    fn picked(kind: Kind, id: &str, label: &str) -> Picks {
        let mut picks = Picks::default();
        picks.set(
            kind,
            Some(Pick {
                id: id.to_owned(),
                label: label.to_owned(),
            }),
        );
        picks
    }

    #[test]
    fn a_pick_is_found_by_its_id_or_by_its_label() {
        let list = with_headset();
        let by_id = picked(Kind::Microphone, "m2", "An older name");
        assert_eq!(by_id.found(Kind::Microphone, &list), Some(&list[3]));
        let by_label = picked(Kind::Microphone, "an older id", "Headset");
        assert_eq!(by_label.found(Kind::Microphone, &list), Some(&list[3]));
        assert_eq!(by_label.found(Kind::Speaker, &list), None);
        assert_eq!(by_label.found(Kind::Microphone, &laptop()), None);
    }

    #[test]
    fn a_new_headset_is_offered_with_both_of_its_parts() {
        let reactions = reactions(&laptop(), &with_headset(), &Picks::default());
        let list = with_headset();
        assert_eq!(
            reactions,
            [Reaction::Offer {
                label: "Headset".to_owned(),
                microphone: Some(list[3].clone()),
                speaker: Some(list[4].clone()),
            }]
        );
    }

    #[test]
    fn a_picked_headset_is_used_again_when_it_comes_back() {
        let picks = picked(Kind::Microphone, "m2", "Headset");
        let list = with_headset();
        let reactions = reactions(&laptop(), &list, &picks);
        assert_eq!(reactions[0], Reaction::Use(list[3].clone()));
    }

    #[test]
    fn a_picked_speaker_that_goes_is_said() {
        let picks = picked(Kind::Speaker, "s2", "Headset");
        assert_eq!(
            reactions(&with_headset(), &laptop(), &picks),
            [Reaction::SpeakerGone {
                label: "Headset".to_owned()
            }]
        );
        assert_eq!(reactions(&with_headset(), &laptop(), &Picks::default()), []);
    }

    #[test]
    fn the_first_list_with_labels_offers_nothing() {
        let mut nameless = laptop();
        for device in &mut nameless {
            device.label.clear();
        }
        assert_eq!(reactions(&nameless, &with_headset(), &Picks::default()), []);
        assert_eq!(reactions(&[], &with_headset(), &Picks::default()), []);
    }
}
