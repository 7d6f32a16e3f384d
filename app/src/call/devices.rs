//! Microphone, camera and screen: asked for, switched, given back.

use super::machine::Microphone;
use js_sys::{Object, Reflect};
use orderline_protocol::call::MediaState;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    DisplayMediaStreamConstraints, Event, MediaDevices, MediaStream, MediaStreamConstraints,
    MediaStreamTrack,
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

/// Whether this browser can share its screen (phones cannot).
pub fn can_share_screen() -> bool {
    media_devices()
        .is_ok_and(|devices| Reflect::has(&devices, &"getDisplayMedia".into()).unwrap_or(false))
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

/// Asks for the microphone.
///
/// # Errors
/// Why there is none, as for every function here.
pub async fn microphone() -> Result<MediaStreamTrack, NotGiven> {
    let wishes = Object::new();
    for wish in ["echoCancellation", "noiseSuppression", "autoGainControl"] {
        set(&wishes, wish, &JsValue::TRUE);
    }
    let constraints = MediaStreamConstraints::new();
    constraints.set_audio(&wishes);
    user_media(&constraints).await
}

/// Asks for the camera.
pub async fn camera() -> Result<MediaStreamTrack, NotGiven> {
    let wishes = Object::new();
    for (name, ideal) in [("width", 1280), ("height", 720), ("frameRate", 30)] {
        let wish = Object::new();
        set(&wish, "ideal", &ideal.into());
        set(&wishes, name, &wish);
    }
    set(&wishes, "facingMode", &"user".into());
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

/// A track that is held, and what happens when it ends by itself (unplugged, or the browser's own stop button).
struct Held {
    track: MediaStreamTrack,
    _on_ended: Closure<dyn FnMut(Event)>,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.track.set_onended(None);
        self.track.stop();
    }
}

/// The tracks of this tab. Letting one go stops it, which puts the device's light out.
#[derive(Default)]
pub struct Devices {
    microphone: Option<Held>,
    camera: Option<Held>,
    screen: Option<Held>,
}

impl Devices {
    fn slot(&mut self, which: Track) -> &mut Option<Held> {
        match which {
            Track::Microphone => &mut self.microphone,
            Track::Camera => &mut self.camera,
            Track::Screen => &mut self.screen,
        }
    }

    /// Holds a track; `on_ended` is called when it ends by itself.
    pub fn hold(&mut self, which: Track, track: MediaStreamTrack, on_ended: impl Fn() + 'static) {
        let on_ended = Closure::<dyn FnMut(Event)>::new(move |_| on_ended());
        track.set_onended(Some(on_ended.as_ref().unchecked_ref()));
        *self.slot(which) = Some(Held {
            track,
            _on_ended: on_ended,
        });
    }

    /// Lets a track go.
    pub fn release(&mut self, which: Track) {
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
            microphone: self
                .microphone
                .as_ref()
                .is_some_and(|held| held.track.enabled()),
            camera: self.camera.is_some(),
            screen: self.screen.is_some(),
            has_microphone: self.microphone.is_some(),
        }
    }
}
