//! Carries the machine's effects out in the browser, and holds what the browser gave: connections, tracks, streams.

mod attention;
mod connections;
mod heard;
mod tracks;
mod watch;

pub use tracks::{DeviceNews, Equipment};

use attention::Attention;
use watch::Watch;

use super::{
    devices::Devices,
    machine::{Effect, Input, Machine, Shown},
    memory,
    peer::Peer,
    picks::Kind,
};
use crate::{
    api::{self, Failure},
    browser,
    realtime::Client,
    wire::{Happened, Wire},
};
use leptos::{prelude::*, task::spawn_local};
use orderline_domain::{call::hand_over::Lane, ids::CallId};
use orderline_protocol::{
    CALL_PROTOCOL, MAX_CALL_FRAME_BYTES,
    call::{CallClientFrame, CallView},
    http::CallTicket,
    socket::Command,
};
use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    time::Duration,
};
use web_sys::{MediaStream, RtcCertificate};

/// How often the machine looks at the time.
const TICK: Duration = Duration::from_millis(250);

/// A stream as a signal holds it.
pub type Picture = RwSignal<Option<MediaStream>, LocalStorage>;

/// The sound of every connection there is, and of each lane in it.
pub type Sounds = RwSignal<Vec<((u32, u8), MediaStream)>, LocalStorage>;

pub(super) struct Inner {
    machine: RefCell<Machine>,
    sockets: RefCell<BTreeMap<u32, Wire>>,
    pub(super) peers: RefCell<BTreeMap<u32, Peer>>,
    pub(super) certificate: RefCell<Option<RtcCertificate>>,
    pub(super) devices: RefCell<Devices>,
    client: Client,
    shown: RwSignal<Option<Shown>>,
    pub(super) sounds: Sounds,
    /// The connection that is heard.
    pub(super) audible: RwSignal<Option<u32>>,
    /// The connection that is to be heard.
    pub(super) wanted: Cell<Option<u32>>,
    pub(super) camera: Picture,
    pub(super) screen: Picture,
    /// The camera in the second lane.
    pub(super) second: Picture,
    own_camera: Picture,
    own_screen: Picture,
    equipment: Equipment,
    attention: Attention,
    watch: Watch,
}

/// This tab's part in a call. Cheap to copy; lives as long as the page.
#[derive(Clone, Copy)]
pub struct Driver(StoredValue<Rc<Inner>, LocalStorage>);

impl Driver {
    /// A driver that is in no call yet.
    pub fn new(client: Client) -> Self {
        let inner = Rc::new(Inner {
            machine: RefCell::default(),
            sockets: RefCell::default(),
            peers: RefCell::default(),
            certificate: RefCell::default(),
            devices: RefCell::default(),
            client,
            shown: RwSignal::new(None),
            sounds: RwSignal::new_local(Vec::new()),
            audible: RwSignal::new(None),
            wanted: Cell::default(),
            camera: RwSignal::new_local(None),
            screen: RwSignal::new_local(None),
            second: RwSignal::new_local(None),
            own_camera: RwSignal::new_local(None),
            own_screen: RwSignal::new_local(None),
            equipment: Equipment::new(),
            attention: Attention::new(),
            watch: Watch::new(),
        });
        let driver = Self(StoredValue::new_local(inner));
        set_interval(
            move || {
                let inner = driver.inner();
                inner.step(Input::Tick);
                inner.look_at_line();
            },
            TICK,
        );
        // For the page's whole life.
        let _ =
            window_event_listener_untyped("pagehide", move |_| driver.inner().step(Input::Leaving));
        browser::on_wake(move || driver.inner().step(Input::Woken));
        driver.watch_devices();
        driver
    }

    /// What is drawn of the call that this tab is in or was in last.
    pub fn shown(self) -> Signal<Option<Shown>> {
        self.inner().shown.into()
    }

    /// The other side's sound, over every connection there is.
    pub fn sounds(self) -> Sounds {
        self.inner().sounds
    }

    /// Which of them is heard.
    pub fn audible(self) -> Signal<Option<u32>> {
        self.inner().audible.into()
    }

    /// Hides this side's address from the other, or shows it; for this browser, from now on.
    pub fn hide_address(self, hide: bool) {
        memory::hide_address(hide);
        self.inner().step(Input::Addresses);
    }

    /// The camera of whoever has this lane; nothing moves in it while their camera is off.
    pub fn camera(self, lane: Lane) -> Picture {
        match lane {
            Lane::First => self.inner().camera,
            Lane::Second => self.inner().second,
        }
    }

    /// The other side's screen.
    pub fn screen(self) -> Picture {
        self.inner().screen
    }

    /// This side's own camera.
    pub fn own_camera(self) -> Picture {
        self.inner().own_camera
    }

    /// The call that this tab is in, unless it is over.
    pub fn current(self) -> Option<CallId> {
        let inner = self.inner();
        let machine = inner.machine.borrow();
        machine.call().filter(|_| machine.is_in())
    }

    /// Takes part in this call from now on: at once, or as soon as it was accepted.
    pub fn enter(self, call: CallView) {
        self.inner().step(Input::Enter(Box::new(call)));
    }

    /// The call changed.
    pub fn news(self, call: CallView) {
        self.inner().step(Input::News(Box::new(call)));
    }

    /// The server knows this tab's call no longer.
    pub fn gone(self) {
        self.inner().step(Input::Gone);
    }

    /// Ends the call for everybody.
    pub fn hang_up(self) {
        self.inner().step(Input::HangUp);
    }

    fn inner(self) -> Rc<Inner> {
        self.0.get_value()
    }
}

impl Inner {
    pub(super) fn step(self: &Rc<Self>, input: Input) {
        let effects =
            self.machine
                .borrow_mut()
                .step(browser::steady_ms(), browser::random_u128(), input);
        let shown = self.machine.borrow().shown();
        for effect in effects {
            self.carry_out(effect);
        }
        // An effect may have stepped the machine itself; then this was shown already.
        if self.machine.borrow().shown() == shown
            && self.shown.with_untracked(|held| *held != shown)
        {
            self.shown.set(shown);
        }
    }

    fn carry_out(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::AskMicrophone => {
                self.ask_microphone(self.equipment.wanted(Kind::Microphone), None);
            }
            Effect::FetchTicket { leg, call } => self.fetch_ticket(leg, call),
            Effect::MakeIdentity => self.make_identity(),
            Effect::MakePeer { peer, kind } => self.make_peer(peer, &kind),
            Effect::MakeOffer { peer } => self.describe(peer, true),
            Effect::MakeAnswer { peer } => self.describe(peer, false),
            Effect::TakeDescription { peer, offer, sdp } => {
                self.take_description(peer, offer, &sdp);
            }
            Effect::TakeCandidate { peer, candidate } => self.take_candidate(peer, &candidate),
            Effect::OpenSocket { leg, url } => self.open_socket(leg, &url),
            Effect::Send { leg, frame } => self.send(leg, &frame),
            Effect::Present { peer } => self.present(peer),
            Effect::DropLeg { leg } => {
                // Dropped after the map is free again: closing a socket may call back.
                let dropped = self.sockets.borrow_mut().remove(&leg);
                drop(dropped);
            }
            Effect::DropPeer { peer } => self.drop_peer(peer),
            Effect::HangUp { call } => {
                let ended = self.client.send_command(Command::HangUp { call });
                // Its outcome comes as news of the call; one that was over already is over.
                spawn_local(async move {
                    let _ = ended.await;
                });
            }
            Effect::ReleaseDevices => self.release_devices(),
            Effect::Remember { call } => memory::remember(call),
            Effect::Forget => memory::forget(),
        }
    }

    fn fetch_ticket(self: &Rc<Self>, leg: u32, call: CallId) {
        let inner = Rc::clone(self);
        spawn_local(async move {
            let got = api::post_empty::<CallTicket>(&format!("/api/calls/{call}/ticket")).await;
            let result = got.map_err(|failure| match failure {
                Failure::Problem(problem) => Some(problem),
                Failure::Offline | Failure::Unreadable => None,
            });
            inner.step(Input::Ticket { leg, result });
        });
    }

    fn open_socket(self: &Rc<Self>, leg: u32, url: &str) {
        let weak = Rc::downgrade(self);
        let tell = move |happened| {
            let Some(inner) = weak.upgrade() else { return };
            inner.step(match happened {
                Happened::Opened => Input::SocketOpened { leg },
                Happened::Frame(frame) => Input::Frame { leg, frame },
                Happened::Closed => Input::SocketClosed { leg },
            });
        };
        match Wire::open(url, CALL_PROTOCOL, MAX_CALL_FRAME_BYTES, Rc::new(tell)) {
            Ok(socket) => {
                self.sockets.borrow_mut().insert(leg, socket);
            }
            Err(_) => self.later(Input::SocketClosed { leg }),
        }
    }

    pub(super) fn later(self: &Rc<Self>, input: Input) {
        let inner = Rc::clone(self);
        spawn_local(async move { inner.step(input) });
    }

    fn send(&self, leg: u32, frame: &CallClientFrame) {
        if let Some(socket) = self.sockets.borrow().get(&leg) {
            socket.send(frame);
        }
    }
}
