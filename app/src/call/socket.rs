//! The signalling socket of one leg: frames in, frames out, opened, closed.

use orderline_protocol::{
    CALL_PROTOCOL, MAX_CALL_FRAME_BYTES,
    call::{CallClientFrame, CallServerFrame},
};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CloseEvent, Event, MessageEvent, WebSocket};

/// What a call socket tells.
pub enum Happened {
    Opened,
    Frame(Box<CallServerFrame>),
    Closed,
}

/// An open or opening call socket. Dropping it closes it, silently.
pub struct CallSocket {
    socket: WebSocket,
    // The browser holds only references to these.
    _open: Closure<dyn FnMut(Event)>,
    _message: Closure<dyn FnMut(MessageEvent)>,
    _close: Closure<dyn FnMut(CloseEvent)>,
}

impl CallSocket {
    /// Begins to connect to the node that owns the call.
    ///
    /// # Errors
    /// When the browser refuses the address.
    pub fn open(url: &str, tell: Rc<dyn Fn(Happened)>) -> Result<Self, JsValue> {
        let socket = WebSocket::new_with_str(url, CALL_PROTOCOL)?;
        let on_open = Closure::<dyn FnMut(Event)>::new({
            let tell = Rc::clone(&tell);
            move |_| tell(Happened::Opened)
        });
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
            let tell = Rc::clone(&tell);
            move |message: MessageEvent| {
                // A frame that this page does not understand is of a newer server; what it knew goes on.
                let frame = message
                    .data()
                    .as_string()
                    .and_then(|json| serde_json::from_str(&json).ok());
                if let Some(frame) = frame {
                    tell(Happened::Frame(Box::new(frame)));
                }
            }
        });
        let on_close = Closure::<dyn FnMut(CloseEvent)>::new(move |_| tell(Happened::Closed));
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self {
            socket,
            _open: on_open,
            _message: on_message,
            _close: on_close,
        })
    }

    /// Sends a frame; one that cannot be sent now is lost, and the machine notices the dead socket.
    pub fn send(&self, frame: &CallClientFrame) {
        if self.socket.ready_state() == WebSocket::OPEN
            && let Ok(json) = serde_json::to_string(frame)
            && json.len() <= MAX_CALL_FRAME_BYTES
        {
            let _ = self.socket.send_with_str(&json);
        }
    }
}

impl Drop for CallSocket {
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
