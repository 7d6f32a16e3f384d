//! Microphone, camera and screen: asked for, switched, given back.

use super::{
    fitness::Facts,
    machine::Microphone,
    picks::{Device, Kind, MAX_DEVICES},
};
use js_sys::{Array, Function, Object, Promise, Reflect};
use orderline_protocol::call::MediaState;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DisplayMediaStreamConstraints, Event, HtmlMediaElement, MediaDeviceInfo, MediaDeviceKind,
    MediaDevices, MediaStream, MediaStreamConstraints, MediaStreamTrack,
};

/// One of the three things that are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Track {
    Microphone,
    Camera,
    Screen,
}

/// Why a device was not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotGiven {
    Denied,
    Missing,
    Broken,
    Unsupported,
}

impl From<NotGiven> for Microphone {
    fn from(why: NotGiven) -> Self {
        match why {
            NotGiven::Denied => Self::Denied,
            NotGiven::Missing => Self::Missing,
            NotGiven::Broken => Self::Broken,
            NotGiven::Unsupported => Self::Unsupported,
        }
    }
}

/// Whether this browser can take part in calls.
pub fn supported() -> bool {
    let window = web_sys::window();
    let has_peers = window
        .is_some_and(|window| Reflect::has(&window, &"RTCPeerConnection".into()).unwrap_or(false));
    has_peers && media_devices().is_ok()
}

/// What this browser can do.
pub fn facts() -> Facts {
    let Some(window) = web_sys::window() else {
        return Facts::default();
    };
    let is =
        |of: &JsValue, name: &str| Reflect::get(of, &name.into()).is_ok_and(|it| it.is_truthy());
    Facts {
        secure: is(&window, "isSecureContext"),
        connections: is(&window, "RTCPeerConnection"),
        devices: media_devices().is_ok(),
        screen: can_share_screen(),
        speaker_choice: can_pick_speaker(),
        small_window: window
            .document()
            .is_some_and(|document| is(&document, "pictureInPictureEnabled")),
        user_agent: window.navigator().user_agent().unwrap_or_default(),
    }
}

/// Whether this browser can share its screen (phones cannot).
pub fn can_share_screen() -> bool {
    media_devices()
        .is_ok_and(|devices| Reflect::has(&devices, &"getDisplayMedia".into()).unwrap_or(false))
}

/// Whether this browser lets a page pick the speaker.
pub fn can_pick_speaker() -> bool {
    Reflect::get(&js_sys::global(), &"HTMLMediaElement".into())
        .and_then(|class| Reflect::get(&class, &"prototype".into()))
        .and_then(|prototype| Reflect::has(&prototype, &"setSinkId".into()))
        .unwrap_or(false)
}

/// Plays this element on a speaker; `None` is the system's choice. Where the browser cannot, its choice stays.
pub fn play_on(element: &HtmlMediaElement, speaker: Option<String>) {
    let call = Reflect::get(element, &"setSinkId".into())
        .ok()
        .and_then(|call| call.dyn_into::<Function>().ok());
    let Some(call) = call else { return };
    let id = JsValue::from(speaker.unwrap_or_default());
    if let Ok(asked) = call.call1(element, &id) {
        let asked = Promise::resolve(&asked);
        // A speaker that is gone by now leaves the sound where it is.
        wasm_bindgen_futures::spawn_local(async move {
            let _ = JsFuture::from(asked).await;
        });
    }
}

fn media_devices() -> Result<MediaDevices, NotGiven> {
    let navigator = web_sys::window().ok_or(NotGiven::Unsupported)?.navigator();
    // Absent outside of secure contexts, where web-sys would still hand out `undefined`.
    let there = Reflect::get(&navigator, &"mediaDevices".into()).is_ok_and(|it| it.is_object());
    if there {
        navigator.media_devices().map_err(|_| NotGiven::Unsupported)
    } else {
        Err(NotGiven::Unsupported)
    }
}

/// Which of several devices is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Whatever the system uses.
    #[default]
    Any,
    /// This one if it is there, else any.
    Rather(String),
    /// This one and no other.
    Only(String),
}

impl Wanted {
    fn write(&self, wishes: &Object) {
        let (name, id) = match self {
            Self::Any => return,
            Self::Rather(id) => ("ideal", id),
            Self::Only(id) => ("exact", id),
        };
        let wish = Object::new();
        set(&wish, name, &id.as_str().into());
        set(wishes, "deviceId", &wish);
    }
}

/// What there is. Labels are empty until the person has allowed a device.
pub async fn list() -> Vec<Device> {
    let Ok(asked) = media_devices().map(|devices| devices.enumerate_devices()) else {
        return Vec::new();
    };
    let Ok(asked) = asked else { return Vec::new() };
    let Ok(listed) = JsFuture::from(asked).await else {
        return Vec::new();
    };
    Array::from(&listed)
        .iter()
        .take(MAX_DEVICES)
        .filter_map(|it| it.dyn_into::<MediaDeviceInfo>().ok())
        .filter_map(|it| {
            let kind = match it.kind() {
                MediaDeviceKind::Audioinput => Kind::Microphone,
                MediaDeviceKind::Videoinput => Kind::Camera,
                MediaDeviceKind::Audiooutput => Kind::Speaker,
                _ => return None,
            };
            Some(Device {
                kind,
                id: it.device_id(),
                label: it.label(),
                group: it.group_id(),
            })
        })
        .collect()
}

/// Calls `then` whenever a device was plugged in or out, for the page's whole life.
pub fn on_change(then: impl Fn() + 'static) {
    if let Ok(devices) = media_devices() {
        let heard = Closure::<dyn FnMut(Event)>::new(move |_| then());
        devices.set_ondevicechange(Some(heard.as_ref().unchecked_ref()));
        heard.forget();
    }
}

/// Asks for the microphone.
///
/// # Errors
/// Why there is none, as for every function here.
pub async fn microphone(wanted: &Wanted) -> Result<MediaStreamTrack, NotGiven> {
    let wishes = Object::new();
    wanted.write(&wishes);
    for wish in ["echoCancellation", "noiseSuppression", "autoGainControl"] {
        set(&wishes, wish, &JsValue::TRUE);
    }
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&wishes);
    user_media(&constraints).await
}

/// Asks for the camera.
pub async fn camera(wanted: &Wanted) -> Result<MediaStreamTrack, NotGiven> {
    let wishes = Object::new();
    wanted.write(&wishes);
    for (name, ideal) in [("width", 1280), ("height", 720), ("frameRate", 30)] {
        let wish = Object::new();
        set(&wish, "ideal", &ideal.into());
        set(&wishes, name, &wish);
    }
    if *wanted == Wanted::Any {
        set(&wishes, "facingMode", &"user".into());
    }
    let constraints = MediaStreamConstraints::new();
    constraints.set_video(&wishes);
    user_media(&constraints).await
}

/// Asks for a screen. Must be called within the click itself: some browsers forget the click at the first wait.
pub fn screen() -> impl Future<Output = Result<MediaStreamTrack, NotGiven>> {
    let asked = media_devices().and_then(|devices| {
        let constraints = DisplayMediaStreamConstraints::new();
        constraints.set_video_bool(true);
        constraints.set_audio_bool(false);
        devices
            .get_display_media_with_constraints(&constraints)
            .map_err(|error| why(&error))
    });
    async move {
        let track = first_track(JsFuture::from(asked?).await)?;
        // Text matters more than motion. Browsers that do not know the hint ignore it.
        set(&track, "contentHint", &"detail".into());
        Ok(track)
    }
}

async fn user_media(constraints: &MediaStreamConstraints) -> Result<MediaStreamTrack, NotGiven> {
    let asked = media_devices()?
        .get_user_media_with_constraints(constraints)
        .map_err(|error| why(&error))?;
    first_track(JsFuture::from(asked).await)
}

fn first_track(given: Result<JsValue, JsValue>) -> Result<MediaStreamTrack, NotGiven> {
    let stream: MediaStream = given.map_err(|error| why(&error))?.unchecked_into();
    stream
        .get_tracks()
        .get(0)
        .dyn_into()
        .map_err(|_| NotGiven::Missing)
}

fn why(error: &JsValue) -> NotGiven {
    let name = Reflect::get(error, &"name".into())
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_default();
    match name.as_str() {
        "NotAllowedError" | "SecurityError" | "AbortError" => NotGiven::Denied,
        "NotFoundError" | "OverconstrainedError" => NotGiven::Missing,
        "TypeError" | "NotSupportedError" => NotGiven::Unsupported,
        _ => NotGiven::Broken,
    }
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = Reflect::set(target, &name.into(), value);
}

/// What a held track does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByItself {
    /// Unplugged, taken away, or stopped by the browser's own button.
    Ended,
    /// The system silenced it, as phones do while they ring.
    Silenced,
    /// The system gives sound or picture again.
    Heard,
}

/// A track that is held, and what happens when it ends or falls silent by itself.
struct Held {
    track: MediaStreamTrack,
    _on: [Closure<dyn FnMut(Event)>; 3],
}

impl Drop for Held {
    fn drop(&mut self) {
        self.track.set_onended(None);
        self.track.set_onmute(None);
        self.track.set_onunmute(None);
        self.track.stop();
    }
}

/// The tracks of this tab. Letting one go stops it, which puts the device's light out.
#[derive(Default)]
pub struct Devices {
    microphone: Option<Held>,
    camera: Option<Held>,
    screen: Option<Held>,
    /// The person wants not to be heard; holds for a microphone that comes later too.
    muted: bool,
    /// The line bears no picture: the camera is held but not sent.
    camera_paused: bool,
}

impl Devices {
    fn slot(&mut self, which: Track) -> &mut Option<Held> {
        match which {
            Track::Microphone => &mut self.microphone,
            Track::Camera => &mut self.camera,
            Track::Screen => &mut self.screen,
        }
    }

    /// Holds a track; `tell` is called with what it does by itself.
    pub fn hold(
        &mut self,
        which: Track,
        track: MediaStreamTrack,
        tell: impl Fn(ByItself) + Clone + 'static,
    ) {
        let on = [ByItself::Ended, ByItself::Silenced, ByItself::Heard].map(|what| {
            let tell = tell.clone();
            Closure::<dyn FnMut(Event)>::new(move |_| tell(what))
        });
        track.set_onended(Some(on[0].as_ref().unchecked_ref()));
        track.set_onmute(Some(on[1].as_ref().unchecked_ref()));
        track.set_onunmute(Some(on[2].as_ref().unchecked_ref()));
        if which == Track::Microphone {
            track.set_enabled(!self.muted);
        }
        *self.slot(which) = Some(Held { track, _on: on });
    }

    /// Lets the person be heard or not. Silence is sent on: the recording's clock runs, and nothing has to be
    /// negotiated.
    pub fn mute(&mut self, muted: bool) {
        self.muted = muted;
        if let Some(held) = &self.microphone {
            held.track.set_enabled(!muted);
        }
    }

    /// Whether the person wants not to be heard.
    pub const fn is_muted(&self) -> bool {
        self.muted
    }

    /// Holds the camera's picture back or sends it again; true when that is a change.
    pub const fn pause_camera(&mut self, paused: bool) -> bool {
        let before = self.camera_paused;
        self.camera_paused = paused;
        before != paused
    }

    /// Whether the camera is on but its picture is held back.
    pub const fn is_camera_paused(&self) -> bool {
        self.camera.is_some() && self.camera_paused
    }

    /// Lets a track go.
    pub fn release(&mut self, which: Track) {
        if which == Track::Camera {
            self.camera_paused = false;
        }
        *self.slot(which) = None;
    }

    /// The track that is held.
    pub fn track(&self, which: Track) -> Option<&MediaStreamTrack> {
        let held = match which {
            Track::Microphone => &self.microphone,
            Track::Camera => &self.camera,
            Track::Screen => &self.screen,
        };
        held.as_ref().map(|held| &held.track)
    }

    /// What the other side gets of this.
    pub fn state(&self) -> MediaState {
        MediaState {
            microphone: self.microphone.is_some() && !self.muted,
            camera: self.camera.is_some() && !self.camera_paused,
            screen: self.screen.is_some(),
            has_microphone: self.microphone.is_some(),
        }
    }
}
