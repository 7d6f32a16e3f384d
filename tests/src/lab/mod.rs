//! The network laboratory: hosts in network namespaces of their own, joined by a router in user space that delays,
//! loses, reorders and limits what passes, the same way for the same seed. It needs root, and nothing of the kernel
//! but namespaces and TUN devices.

pub mod capture;
pub mod desk;
pub mod forward;
pub mod line;
pub mod router;
pub mod space;
