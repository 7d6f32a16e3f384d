//! What is sent: asked for, switched, replaced by another device, and what is done when one is lost.

use super::{Driver, Inner};
use crate::{
    browser,
    call::engine::{
        devices::{self, ByItself, NotGiven, Track, Wanted},
        machine::{Input, Microphone},
        picks::{self, Device, Kind, Pick, Picks, Reaction},
    },
};
use leptos::{prelude::*, task::spawn_local};
use std::{rc::Rc, time::Duration};
use web_sys::{MediaStream, MediaStreamTrack, MediaStreamTrackState};

/// A device that was wished for and not given, and why.
pub type Refusal = (Track, NotGiven);

/// What happened to the devices, for a line that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeviceNews {
    /// A microphone was lost; the call goes on with another.
    MicrophoneLost { now: String },
    /// The camera was lost; no picture is sent.
    CameraLost,
    /// The screen is no longer shared, by the browser's own button or because its window is gone.
    ScreenEnded,
    /// The system silenced the microphone.
    Silenced,
    /// A device that was picked is back and in use.
    Back { label: String },
    /// The picked speaker is gone; the system's choice is heard.
    SpeakerGone { label: String },
    /// Something new to speak or listen with; see [`Driver::use_offered`].
    Offered {
        label: String,
        microphone: Option<Device>,
        speaker: Option<Device>,
    },
}

/// Devices as the page shows them.
#[derive(Clone, Copy)]
pub struct Equipment {
    pub there: RwSignal<Vec<Device>>,
    pub picks: RwSignal<Picks>,
    pub news: RwSignal<Option<DeviceNews>>,
    pub refused: RwSignal<Option<Refusal>>,
    /// The label of what is in use, by kind.
    pub microphone: RwSignal<Option<String>>,
    pub camera: RwSignal<Option<String>>,
}

impl Equipment {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self {
            there: RwSignal::new(Vec::new()),
            picks: RwSignal::new(Picks::remembered()),
            news: RwSignal::new(None),
            refused: RwSignal::new(None),
            microphone: RwSignal::new(None),
            camera: RwSignal::new(None),
        }
    }

    /// Refreshes the list of devices.
    pub fn refresh_devices(self) {
        spawn_local(async move { self.there.set(devices::list().await) });
    }

    /// What to ask the browser for, by what was picked.
    pub fn wanted(self, kind: Kind) -> Wanted {
        self.picks.with_untracked(|picks| {
            self.there
                .with_untracked(|there| picks.id(kind, there))
                .map_or(Wanted::Any, Wanted::Rather)
        })
    }

    /// The speaker that was picked, as `setSinkId` wants it.
    pub fn speaker(self) -> Memo<Option<String>> {
        Memo::new(move |_| {
            let there = self.there.get();
            self.picks
                .with(|picks| picks.found(Kind::Speaker, &there).map(|it| it.id.clone()))
        })
    }

    fn remember(self, kind: Kind, device: Option<&Device>) {
        let pick = device.map(|device| Pick {
            id: device.id.clone(),
            label: device.label.clone(),
        });
        self.picks.update(|picks| picks.set(kind, pick));
        self.picks.with_untracked(Picks::remember);
    }

    /// Picks a device, or the system's choice; remembered for this browser.
    pub fn pick(self, kind: Kind, id: &str) {
        let device = self.there.with_untracked(|there| {
            there
                .iter()
                .find(|it| it.kind == kind && it.id == id)
                .cloned()
        });
        self.remember(kind, device.as_ref());
    }
}

impl Default for Equipment {
    fn default() -> Self {
        Self::new()
    }
}

impl Driver {
    /// What there is to speak, listen and look with.
    pub fn equipment(self) -> Equipment {
        self.inner().equipment
    }

    /// Speaks or falls silent; without a microphone, asks for it again.
    pub fn switch_microphone(self) {
        let muted = self.inner().devices.borrow().is_muted();
        self.speak(muted);
    }

    /// Lets this person be heard or not; without a microphone, asks for it again.
    pub fn speak(self, heard: bool) {
        let inner = self.inner();
        if inner.devices.borrow().track(Track::Microphone).is_none() {
            return inner.ask_microphone(inner.equipment.wanted(Kind::Microphone), None);
        }
        inner.devices.borrow_mut().mute(!heard);
        inner.media_changed();
    }

    /// Shows or hides the camera's picture.
    pub fn switch_camera(self) {
        let inner = self.inner();
        if inner.devices.borrow().is_camera_paused() {
            inner.unpause_camera();
        } else if inner.devices.borrow().track(Track::Camera).is_some() {
            inner.let_go(Track::Camera);
        } else {
            inner.ask_camera(inner.equipment.wanted(Kind::Camera));
        }
    }

    /// Shares a screen or stops sharing it. Call it straight from the click.
    pub fn switch_screen(self) {
        let inner = self.inner();
        if inner.devices.borrow().track(Track::Screen).is_some() {
            inner.let_go(Track::Screen);
        } else {
            inner.take(Track::Screen, devices::screen());
        }
    }

    /// Uses this device from now on, in the call too; an empty id is the system's choice.
    pub fn pick(self, kind: Kind, id: &str) {
        let inner = self.inner();
        inner.equipment.pick(kind, id);
        inner.equipment.news.set(None);
        if !inner.machine.borrow().is_in() {
            return;
        }
        let wanted = if id.is_empty() {
            Wanted::Any
        } else {
            Wanted::Only(id.to_owned())
        };
        match kind {
            Kind::Microphone => inner.ask_microphone(wanted, None),
            Kind::Camera if inner.devices.borrow().track(Track::Camera).is_some() => {
                inner.ask_camera(wanted);
            }
            // The element that plays the sound follows the pick; a camera that is off is asked for later.
            Kind::Speaker | Kind::Camera => {}
        }
    }

    /// Uses the headset that was just plugged in.
    pub fn use_offered(self) {
        let offered = self.equipment().news.get_untracked();
        if let Some(DeviceNews::Offered {
            microphone,
            speaker,
            ..
        }) = offered
        {
            for device in [microphone, speaker].into_iter().flatten() {
                self.pick(device.kind, &device.id);
            }
        }
    }

    /// Hears of devices that come and go, for the page's whole life.
    pub(super) fn watch_devices(self) {
        devices::on_change(move || {
            let inner = self.inner();
            spawn_local(async move { inner.looked(devices::list().await) });
        });
        browser::on_wake(move || self.inner().revive());
    }
}

impl Inner {
    /// The page was out of sight: phones take the microphone away for a call of their own, and some never give the
    /// same track back.
    fn revive(self: &Rc<Self>) {
        if !self.machine.borrow().is_in() {
            return;
        }
        let lost: Vec<(Track, bool)> = [Track::Microphone, Track::Camera, Track::Screen]
            .into_iter()
            .filter_map(|which| {
                let devices = self.devices.borrow();
                let track = devices.track(which)?;
                let ended = track.ready_state() == MediaStreamTrackState::Ended;
                let dead = ended || (which == Track::Microphone && track.muted());
                dead.then_some((which, ended))
            })
            .collect();
        for (which, ended) in lost {
            if ended {
                self.ended(which);
            } else {
                self.ask_microphone(self.equipment.wanted(Kind::Microphone), None);
            }
        }
    }

    fn looked(self: &Rc<Self>, after: Vec<Device>) {
        let before = self.equipment.there.get_untracked();
        let found = self
            .equipment
            .picks
            .with_untracked(|picks| picks::reactions(&before, &after, picks));
        self.equipment.there.set(after);
        if !self.machine.borrow().is_in() {
            return;
        }
        for reaction in found {
            let news = match reaction {
                Reaction::Use(device) => {
                    let label = device.label.clone();
                    match device.kind {
                        Kind::Microphone => self.ask_microphone(Wanted::Only(device.id), None),
                        // A camera that comes back does not look at anybody by itself.
                        Kind::Camera => continue,
                        Kind::Speaker => {}
                    }
                    DeviceNews::Back { label }
                }
                Reaction::Offer {
                    label,
                    microphone,
                    speaker,
                } => DeviceNews::Offered {
                    label,
                    microphone,
                    speaker,
                },
                Reaction::SpeakerGone { label } => DeviceNews::SpeakerGone { label },
            };
            self.equipment.news.set(Some(news));
        }
    }

    /// Asks for a microphone; `then` is said once it is there.
    pub(super) fn ask_microphone(
        self: &Rc<Self>,
        wanted: Wanted,
        then: Option<fn(String) -> DeviceNews>,
    ) {
        if !devices::supported() {
            return self.step(Input::Microphone(Microphone::Unsupported));
        }
        let held = self.devices.borrow().track(Track::Microphone).is_some();
        if !held {
            self.step(Input::Microphone(Microphone::Asking));
        }
        let inner = Rc::clone(self);
        spawn_local(async move {
            match devices::microphone(&wanted).await {
                Ok(track) => {
                    let label = track.label();
                    if inner.hold(Track::Microphone, track) {
                        inner.step(Input::Microphone(Microphone::Given));
                        inner.equipment.refresh_devices();
                        if let Some(then) = then {
                            inner.equipment.news.set(Some(then(label)));
                        }
                    }
                }
                // The one before goes on.
                Err(why) if held => inner.equipment.refused.set(Some((Track::Microphone, why))),
                Err(why) => inner.step(Input::Microphone(why.into())),
            }
        });
    }

    fn ask_camera(self: &Rc<Self>, wanted: Wanted) {
        self.take(Track::Camera, async move { devices::camera(&wanted).await });
    }

    fn take(
        self: &Rc<Self>,
        which: Track,
        asked: impl Future<Output = Result<MediaStreamTrack, NotGiven>> + 'static,
    ) {
        self.equipment.refused.set(None);
        let inner = Rc::clone(self);
        spawn_local(async move {
            match asked.await {
                Ok(track) => {
                    inner.hold(which, track);
                    if which == Track::Camera {
                        inner.equipment.refresh_devices();
                    }
                }
                // Closing the browser's own list of screens is a choice, not a fault.
                Err(NotGiven::Denied) if which == Track::Screen => {}
                Err(why) => inner.equipment.refused.set(Some((which, why))),
            }
        });
    }

    /// Holds a track and sends it; false when the call was over before the person had decided.
    fn hold(self: &Rc<Self>, which: Track, track: MediaStreamTrack) -> bool {
        if !self.machine.borrow().is_in() {
            track.stop();
            return false;
        }
        let inner = Rc::downgrade(self);
        let tell = move |what| {
            if let Some(inner) = inner.upgrade() {
                // After the browser's event is done: letting go drops the very closure that runs now.
                set_timeout(move || inner.by_itself(which, what), Duration::ZERO);
            }
        };
        self.devices.borrow_mut().hold(which, track, tell);
        if which == Track::Microphone {
            self.attend();
        }
        self.equipment.refused.set(None);
        self.send_track(which);
        true
    }

    fn by_itself(self: &Rc<Self>, which: Track, what: ByItself) {
        let news = self.equipment.news;
        match (what, which) {
            (ByItself::Ended, _) => self.ended(which),
            (ByItself::Silenced, Track::Microphone) => news.set(Some(DeviceNews::Silenced)),
            (ByItself::Heard, Track::Microphone) => {
                if news.get_untracked() == Some(DeviceNews::Silenced) {
                    news.set(None);
                }
            }
            // A camera that pauses shows so by itself.
            (ByItself::Silenced | ByItself::Heard, Track::Camera | Track::Screen) => {}
        }
    }

    fn ended(self: &Rc<Self>, which: Track) {
        self.let_go(which);
        if !self.machine.borrow().is_in() {
            return;
        }
        match which {
            // Whatever else there is: who speaks wants to be heard.
            Track::Microphone => {
                self.ask_microphone(Wanted::Any, Some(|now| DeviceNews::MicrophoneLost { now }));
            }
            // Another camera might show what nobody meant to show.
            Track::Camera => self.equipment.news.set(Some(DeviceNews::CameraLost)),
            Track::Screen => self.equipment.news.set(Some(DeviceNews::ScreenEnded)),
        }
    }

    fn let_go(self: &Rc<Self>, which: Track) {
        self.devices.borrow_mut().release(which);
        self.send_track(which);
    }

    /// Puts what is held now into every connection, and says so.
    fn send_track(self: &Rc<Self>, which: Track) {
        let track = self.devices.borrow().track(which).cloned();
        for peer in self.peers.borrow().values() {
            peer.replace(which, track.as_ref());
        }
        let label = track.as_ref().map(MediaStreamTrack::label);
        let picture = match which {
            Track::Microphone => {
                self.equipment.microphone.set(label);
                None
            }
            Track::Camera => {
                self.equipment.camera.set(label);
                Some(self.own_camera)
            }
            Track::Screen => Some(self.own_screen),
        };
        if let Some(picture) = picture {
            picture.set(
                track.and_then(|track| {
                    MediaStream::new_with_tracks(&js_sys::Array::of1(&track)).ok()
                }),
            );
        }
        self.media_changed();
    }

    pub(super) fn media_changed(self: &Rc<Self>) {
        let media = self.devices.borrow().state();
        self.step(Input::Media(media));
    }

    pub(super) fn release_devices(&self) {
        self.attention.stop();
        self.watch.stop();
        let held = self.devices.take();
        drop(held);
        self.silence();
        for picture in [
            self.camera,
            self.screen,
            self.second,
            self.own_camera,
            self.own_screen,
        ] {
            picture.set(None);
        }
        self.equipment.refused.set(None);
        self.equipment.news.set(None);
        self.equipment.microphone.set(None);
        self.equipment.camera.set(None);
    }
}
