//! How the call's pictures are laid out, and the small window that stays on top of everything else.

use crate::locale::t;
use leptos::{prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlVideoElement;

const KEY: &str = "orderline.layout";

/// What is large.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// A shared screen with the pictures beside it; without one, the pictures.
    #[default]
    Screen,
    /// The other side's face, whatever is shared.
    Pictures,
    /// No pictures at all.
    Sound,
}

impl Layout {
    const ALL: [Self; 3] = [Self::Screen, Self::Pictures, Self::Sound];

    /// Its name in the page's attribute and in the browser's storage.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Screen => "screen",
            Self::Pictures => "pictures",
            Self::Sound => "sound",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Screen => "call.layout.screen",
            Self::Pictures => "call.layout.pictures",
            Self::Sound => "call.layout.sound",
        }
    }
}

/// The layout of this page.
#[derive(Clone, Copy)]
pub struct ShownLayout(RwSignal<Layout>);

impl ShownLayout {
    /// As it was used last in this browser.
    pub fn remembered() -> Self {
        let name = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
        let layout = Layout::ALL
            .into_iter()
            .find(|layout| Some(layout.name()) == name.as_deref())
            .unwrap_or_default();
        Self(RwSignal::new(layout))
    }

    /// The one that the page runs with; stable for its whole life.
    pub fn here() -> Self {
        use_context::<Self>().unwrap_or_else(Self::remembered)
    }

    pub fn get(self) -> Layout {
        self.0.get()
    }

    fn set(self, layout: Layout) {
        if let Some(storage) = storage() {
            // Without storage the choice lives as long as the page.
            let _ = storage.set_item(KEY, layout.name());
        }
        self.0.set(layout);
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// The choice.
#[component]
pub fn Choice() -> impl IntoView {
    let shown = ShownLayout::here();
    view! {
        <div class="layouts" role="radiogroup" aria-label=t("call.layout.title")>
            {Layout::ALL
                .into_iter()
                .map(|layout| {
                    view! {
                        <label class="row">
                            <input
                                type="radio"
                                name="call-layout"
                                prop:checked=move || shown.get() == layout
                                on:change=move |_| shown.set(layout)
                            />
                            <span>{t(layout.words())}</span>
                        </label>
                    }
                })
                .collect_view()}
        </div>
        {can_float().then(|| view! { <button class="btn" on:click=move |_| float()>{t("call.float")}</button> })}
    }
}

/// Whether this browser has a small window for pictures.
pub fn can_float() -> bool {
    js_sys::Reflect::get(&document(), &"pictureInPictureEnabled".into())
        .is_ok_and(|it| it.is_truthy())
}

/// Puts the large picture into the small window, or brings it back. Call it straight from the click.
pub fn float() {
    let document = document();
    let floats = js_sys::Reflect::get(&document, &"pictureInPictureElement".into())
        .is_ok_and(|it| it.is_object());
    let asked = if floats {
        ask(&document, "exitPictureInPicture")
    } else {
        large().and_then(|video| ask(&video, "requestPictureInPicture"))
    };
    if let Some(asked) = asked {
        spawn_local(async move {
            // Refused when nothing is shown yet; there is nothing to float then.
            let _ = JsFuture::from(asked).await;
        });
    }
}

fn ask(of: &wasm_bindgen::JsValue, what: &str) -> Option<js_sys::Promise> {
    let call = js_sys::Reflect::get(of, &what.into()).ok()?;
    let asked = call.dyn_ref::<js_sys::Function>()?.call0(of).ok()?;
    asked.dyn_into().ok()
}

/// The picture that is large now.
fn large() -> Option<HtmlVideoElement> {
    [
        ".stage.screen[data-layout=screen] video.large:not([hidden])",
        ".stage video.face:not([hidden])",
        ".stage video.large:not([hidden])",
    ]
    .into_iter()
    .find_map(|which| document().query_selector(which).ok().flatten())
    .and_then(|it| it.dyn_into().ok())
}
