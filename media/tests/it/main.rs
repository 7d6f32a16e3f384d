//! The relay, the recorder and the renderer from outside. One program, so that it is linked once; each test runs in a
//! process of its own.

mod recording;
mod relay_call;
mod relay_network;
mod relay_node;
mod relay_offers;
mod relay_properties;
mod relay_tcp;
mod relay_three;
mod support;
