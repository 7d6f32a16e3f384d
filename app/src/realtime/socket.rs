//! The browser's `WebSocket`, reduced to what the session needs: frames in, frames out, closed.

use orderline_protocol::{
    MAX_FRAME_BYTES, SOCKET_PROTOCOL, socket::ClientFrame, socket::ServerFrame,
};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

/// What a socket tells its owner.
pub enum Happened {
    Opened,
    Frame(Box<ServerFrame>),
    /// A frame that this page does not understand; it is dropped.
    Unreadable,
    Closed,
}

/// An open or opening connection. Dropping it closes it, silently.
pub struct Socket {
    wire: WebSocket,
    // The browser holds only references to these.
    _open: Closure<dyn FnMut(Event)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    /// Begins to connect to `/ws` of the page's own host. Everything further comes through `tell`.
    ///
    /// # Errors
    /// When the browser refuses the address.
    pub fn open(tell: Rc<dyn Fn(Happened)>) -> Result<Self, JsValue> {
        let socket = WebSocket::new_with_str(&address()?, SOCKET_PROTOCOL)?;
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
                    .and_then(|json| serde_json::from_str(&json).ok());
                tell(frame.map_or(Happened::Unreadable, |frame| {
                    Happened::Frame(Box::new(frame))
                }));
            }
        });
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |_| tell(Happened::Closed));
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self {
            wire: socket,
            _open: on_open,
            _message: on_message,
            _close: on_close,
        })
    }

    /// Sends a frame. One that cannot be sent now is lost; the session sends again what matters.
    pub fn send(&self, frame: &ClientFrame) {
        if self.wire.ready_state() == WebSocket::OPEN
            && let Ok(json) = serde_json::to_string(frame)
            && json.len() <= MAX_FRAME_BYTES
        {
            let _ = self.wire.send_with_str(&json);
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        self.wire.set_onopen(None);
        self.wire.set_onmessage(None);
        self.wire.set_onclose(None);
        let _ = self.wire.close();
    }
}

fn address() -> Result<String, JsValue> {
    let location = web_sys::window().ok_or(JsValue::UNDEFINED)?.location();
    let scheme = if location.protocol()? == "https:" {
        "wss"
    } else {
        "ws"
    };
    Ok(format!("{scheme}://{}/ws", location.host()?))
}
