//! The browser's `WebSocket`, reduced to what the app needs: frames in, frames out, opened, closed.

use crate::json;
use serde::{Serialize, de::DeserializeOwned};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

/// What a socket tells its owner.
pub enum Happened<Frame> {
    Opened,
    Frame(Box<Frame>),
    Closed,
}

/// An open or opening connection. Dropping it closes it, silently.
pub struct Wire {
    socket: WebSocket,
    max_bytes: usize,
    // The browser holds only references to these.
    _open: Closure<dyn FnMut(Event)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl Wire {
    /// Begins to connect. Everything further comes through `tell`. No frame of more than `max_bytes` is sent.
    ///
    /// # Errors
    /// When the browser refuses the address.
    pub fn open<Frame: DeserializeOwned + 'static>(
        url: &str,
        protocol: &str,
        max_bytes: usize,
        tell: Rc<dyn Fn(Happened<Frame>)>,
    ) -> Result<Self, JsValue> {
        let socket = WebSocket::new_with_str(url, protocol)?;
        let on_open = Closure::<dyn FnMut(Event)>::new({
            let tell = Rc::clone(&tell);
            move |_| tell(Happened::Opened)
        });
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let tell = Rc::clone(&tell);
            move |message: MessageEvent| {
                let frame = message
                    .data()
                    .as_string()
                    .and_then(|json| json::read(&json).ok());
                match frame {
                    Some(frame) => tell(Happened::Frame(Box::new(frame))),
                    // Of a newer server; what the page knew goes on.
                    None => leptos::logging::warn!("a frame could not be read"),
                }
            }
        });
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |_| tell(Happened::Closed));
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self {
            socket,
            max_bytes,
            _open: on_open,
            _message: on_message,
            _close: on_close,
        })
    }

    /// Sends a frame. One that cannot be sent now is lost; its owner sends again what matters.
    pub fn send(&self, frame: &impl Serialize) {
        if self.socket.ready_state() == WebSocket::OPEN
            && let Ok(json) = serde_json::to_string(frame)
            && json.len() <= self.max_bytes
        {
            let _ = self.socket.send_with_str(&json);
        }
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
